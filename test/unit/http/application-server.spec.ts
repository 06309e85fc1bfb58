import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationServer } from '../../../src/http/application-server.js';
import { sendHttpRequest } from '../../support/http-client.js';

describe('the server of an application that ends', () => {
  let front: Server;
  let application: ApplicationServer;
  let begun: Promise<ServerResponse>;

  const get = () => {
    const { port } = front.address() as AddressInfo;
    const headers = { accept: 'application/json' };
    return sendHttpRequest(`http://127.0.0.1:${port}`, { method: 'GET', path: '/v2/images', headers });
  };

  beforeEach(async () => {
    const inner = createServer();
    begun = new Promise((resolve) => inner.once('request', (_, response) => resolve(response)));
    application = new ApplicationServer(inner);
    front = createServer((request, response) => application.take('request', request, response));
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => front.close(resolve)));

  it('answers what it has begun, and tells who comes later to try again, as errors are told', async () => {
    const early = get();
    const response = await begun;
    let isFinished = false;
    const finished = application.finish().then(() => (isFinished = true));

    expect(await get()).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), connection: 'close' },
      json: { code: '503 Service Unavailable', title: 'Service Unavailable', message: expect.any(String) },
    });
    expect(isFinished).toBe(false);

    response.end('done');
    expect((await early).text).toBe('done');
    await finished;
  });
});
