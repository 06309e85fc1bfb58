import { createHash } from 'node:crypto';
import { eventually } from '../../../support/eventually.js';
import { expectStatus } from '../../../support/expectations.js';
import { TaskDeployment } from '../../../support/task-deployment.js';
import { endOfImport, imageBecomes } from '../../../support/task-flows.js';
import { WebServer } from '../../../support/web-server.js';

const LIMIT_MS = 180_000;
const DATA = Buffer.from('ABCDEFGHIJ');
const EXPECTED = { os_hash_algo: 'sha256', os_hash_value: createHash('sha256').update(DATA).digest('hex') };

describe('the registration of a location', () => {
  let web: WebServer;
  let deployment: TaskDeployment;

  beforeAll(async () => {
    web = await WebServer.start();
    deployment = await TaskDeployment.start({
      environment: { OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,web:http' },
    });
  });
  afterAll(async () => {
    await deployment.remove();
    await web.stop();
  });

  it(
    'goes on when the worker is killed that reads the data',
    async () => {
      const { member } = deployment;
      const victim = await deployment.startWorker();
      const { id } = await member.queued();
      const gate: PromiseWithResolvers<void> = Promise.withResolvers();
      const url = web.serve('/slow', { bytes: DATA, after: gate.promise });
      const body = { url, validation_data: EXPECTED };
      expectStatus(await member.post(`/v2/images/${id}/locations`, body), 202);
      await imageBecomes(member, id, 'importing');
      await eventually(() => {
        if (!web.requests.some(({ method, path }) => method === 'GET' && path === '/slow'))
          throw new Error('nobody reads the data');
      });
      await victim.kill9();
      expect((await member.show(id)).status).toBe('importing');
      gate.resolve();
      await deployment.startWorker();
      expect((await endOfImport(member, id)).status).toBe('success');
      expect(await member.show(id)).toMatchObject({
        status: 'active',
        os_hash_algo: 'sha256',
        os_hash_value: EXPECTED.os_hash_value,
      });
    },
    LIMIT_MS,
  );
});
