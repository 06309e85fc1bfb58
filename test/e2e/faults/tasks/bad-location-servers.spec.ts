import { createHash } from 'node:crypto';
import { expectEmpty, expectStatus } from '../../../support/expectations.js';
import { imageFilesBelow } from '../../../support/image-files.js';
import type { ImageSession } from '../../../support/image-session.js';
import { expectQueuedWithoutData } from '../../../support/queued-image.js';
import { Service } from '../../../support/service.js';
import { WITH_WEB_LOCATIONS } from '../../../support/service-options.js';
import { eventsOf } from '../../../support/task-aftermath.js';
import { taskEnvironment } from '../../../support/task-deployment.js';
import { endOfImport } from '../../../support/task-flows.js';
import { newMember } from '../../../support/trusting-service.js';
import { patternOf, WebServer } from '../../../support/web-server.js';
import type { ServedFile } from '../../../support/web-server.js';

const BYTES = patternOf(1024 * 1024);
const EXPECTED = { os_hash_algo: 'sha256', os_hash_value: createHash('sha256').update(BYTES).digest('hex') };
const METADATA = 'http://169.254.169.254/latest/meta-data/';

/** Each says in its answer to HEAD that it has the data, and does not give them. */
const BAD: readonly (readonly [does: string, file: Partial<ServedFile>])[] = [
  ['stalls', { stallsAfter: 1000 }],
  ['breaks off', { cutsAfter: 1000 }],
  ['sends less than it announces', { claimsLength: BYTES.length + 1 }],
  ['sends less than it said before', { headClaimsLength: BYTES.length + 1 }],
  ['sends more than it said before', { headClaimsLength: BYTES.length - 1 }],
  ['sends nothing of what it said before', { headClaimsLength: BYTES.length, bytes: Buffer.alloc(0) }],
  ['redirects to where it has no right to', { redirectsTo: METADATA }],
];

describe('the location of a bad web server', () => {
  let service: Service;
  let web: WebServer;
  let member: ImageSession;

  beforeAll(async () => {
    web = await WebServer.start();
    service = await Service.start({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        ...WITH_WEB_LOCATIONS,
        OS_DEFAULT__HTTP_RETRIES: '1',
        // Shorter ones also call a server stalled that shares a busy machine with other tests.
        OS_HINDSIGHT__FETCH_TIMEOUT: '5',
        OS_HINDSIGHT__TASK_ATTEMPTS: '2',
      }),
    });
    member = newMember(service);
  });
  afterAll(async () => {
    await service.remove();
    await web.stop();
  });
  afterEach(() => expect(service.log).not.toMatch(/"level":(50|60)/));

  const register = async (url: string, more: object = {}): Promise<Readonly<{ id: string; task: any }>> => {
    const { id } = await member.queued();
    expectEmpty(await member.post(`/v2/images/${id}/locations`, { url, ...more }), 202);
    return { id, task: await endOfImport(member, id) };
  };

  it.each(BAD)('that %s is not taken when something is expected of the data', async (does, file) => {
    const url = web.serve(`/${does.replaceAll(' ', '-')}`, { bytes: BYTES, ...file });
    const { id, task } = await register(url, { validation_data: EXPECTED });
    expect(task).toMatchObject({ status: 'failure', result: null, message: expect.stringMatching(/./) });
    await expectQueuedWithoutData(member, id);
    const image = await member.show(id);
    expect(image.locations).toMatchObject([{ url }]); // which it names until it gets other data
    expect(image).not.toHaveProperty('os_glance_import_task');
    expect(await imageFilesBelow(service.dataDir, id)).toEqual([]);
    expect((await eventsOf(service, id)).at(-1)).toBe('ImageLocationImportFailed');

    // Another, good location is taken then.
    const good = web.serve('/good', { bytes: BYTES });
    expectEmpty(await member.post(`/v2/images/${id}/locations`, { url: good, validation_data: EXPECTED }), 202);
    expect(await endOfImport(member, id)).toMatchObject({ status: 'success' });
    const taken = await member.show(id);
    expect(taken).toMatchObject({ status: 'active', os_hash_value: EXPECTED.os_hash_value });
    expect(taken.locations).toMatchObject([{ url: good }]);
  });

  it.each(BAD)('that %s leaves an active image without hashes when nothing is expected', async (does, file) => {
    const url = web.serve(`/${does.replaceAll(' ', '-')}`, { bytes: BYTES, ...file });
    const { id } = await register(url);
    const image = await member.show(id);
    expect(image).toMatchObject({ status: 'active', checksum: null, os_hash_algo: null, os_hash_value: null });
    expect(image).not.toHaveProperty('os_glance_import_task');
    expect(image.locations).toMatchObject([{ url }]);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
  });

  it('that redirects already when it is asked for the size is never taken, nor asked again', async () => {
    for (const more of [{}, { validation_data: EXPECTED }]) {
      const path = `/redirects-${Object.keys(more).length}`;
      const { id, task } = await register(web.redirect(path, METADATA), more);
      expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(/disallowed/) });
      await expectQueuedWithoutData(member, id);
      expect(web.countOf(path)).toBe(1);
    }
  });

  it('that leads in a circle is not taken', async () => {
    const { id, task } = await register(web.redirect('/circle', web.url('/circle')));
    expect(task).toMatchObject({ status: 'failure' });
    await expectQueuedWithoutData(member, id);
  });

  it('that broke off once is read again', async () => {
    const url = web.serve('/once', { bytes: BYTES, cutsAfter: 1000, cuts: 1 });
    const { id, task } = await register(url, { validation_data: EXPECTED });
    expect(task).toMatchObject({ status: 'success' });
    expect(await member.show(id)).toMatchObject({ status: 'active', os_hash_value: EXPECTED.os_hash_value });
  });
});
