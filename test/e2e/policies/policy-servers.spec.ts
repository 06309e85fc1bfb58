import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { PolicyService } from '../../support/policy-service.js';
import { Service } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';

describe('rules that ask another server', () => {
  let target: PolicyService;
  let server: Server;
  let url: string;
  let questions: any[];
  let reply: (response: ServerResponse) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void json(request).then((question) => {
        questions.push(question);
        reply(response);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    target = await PolicyService.start({
      OS_OSLO_POLICY__REMOTE_CONTENT_TYPE: 'application/json',
      OS_OSLO_POLICY__REMOTE_TIMEOUT: '1',
    });
  });
  afterAll(async () => {
    await target.service.remove();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => (questions = []));
  afterEach(() => target.remove('policy.yaml'));

  it('are answered by it: who asks for what, on which image', async () => {
    const { member } = target.cast();
    const image = await member.active({ name: 'one', min_disk: 2 });
    await target.write(`download_image: "${url}/%(name)s"\n`);
    reply = (response) => response.end('True');
    expect((await member.download(image.id)).text).toBe('ABCDEFGHIJ');
    reply = (response) => response.end('False');
    expectProblem(await member.download(image.id), 403, 'download_image');
    expect(questions).toHaveLength(2);
    expect(questions[0]).toMatchObject({
      rule: 'download_image',
      target: { ...{ id: image.id, project_id: image.owner, status: 'active', min_disk: 2, size: 10 } },
      credentials: { project_id: image.owner, roles: ['member', 'reader'] },
    });
    expect(JSON.stringify(questions)).not.toContain(':member,reader');
  });

  it('are answered by nobody while it fails or is silent, and the client learns nothing about it', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    await target.write(`download_image: "role:admin or ${url}/secret"\n`);
    for (const failing of [(response: ServerResponse) => response.writeHead(500).end('True'), () => undefined]) {
      reply = failing;
      const refused = expectProblem(await member.download(id), 503);
      expect(refused.text).not.toContain('127.0.0.1');
    }
    expectStatus(await member.get(`/v2/images/${id}`), 200);
  });

  it('may say who is an administrator', async () => {
    await target.write(`context_is_admin: ${url}\n`);
    reply = (response) => response.end('True');
    expectStatus(await target.as('P', 'reader').get('/v2/tasks'), 200);
    expect(questions[0]).toMatchObject({ rule: 'context_is_admin', credentials: { project_id: 'P' } });
    reply = (response) => response.end('False');
    expectProblem(await target.as('P', 'admin').get('/v2/tasks'), 403, 'tasks_api_access');
    reply = (response) => response.writeHead(500).end();
    expectProblem(await target.as('P', 'admin').get('/v2/tasks'), 503);
  });

  it('need certificates that can be read', async () => {
    const service = await Service.prepare(trusting({ OS_OSLO_POLICY__REMOTE_SSL_CA_CRT_FILE: '/no/such.pem' }));
    try {
      expect(await service.launchUntilExit()).toBe(2);
    } finally {
      await service.remove();
    }
  });
});
