import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { createLogger } from '../../../src/operability/logger.js';
import { Metrics } from '../../../src/operability/metrics.js';
import { observeRequests } from '../../../src/operability/observe-requests.js';
import { eventually } from '../../support/eventually.js';

const IMAGE_ID = 'c7e2a1de-3a0f-4a3b-9d3c-0123456789ab';
const SIZE = 300_000;

describe('Observed requests', () => {
  let fastify: FastifyInstance;
  let url: string;
  let metrics: Metrics;
  let lines: any[];

  beforeEach(async () => {
    lines = [];
    metrics = new Metrics();
    fastify = Fastify();
    observeRequests(
      fastify,
      createLogger({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) }),
      metrics,
    );
    fastify.addHook('preHandler', (req, _reply, done) => {
      const caller = { userId: 'u', projectId: 'p1', roles: [], serviceRoles: [], systemScope: null, isAdmin: false };
      req.context = { requestId: 'req-7', caller, baseUrl: '' };
      done();
    });
    fastify.get('/v2/images/:imageId', () => 'shown');
    fastify.get('/v2/images/:imageId/file', () => Buffer.alloc(SIZE));
    fastify.get('/endless', (_, reply) => {
      const data = new Readable({ read: () => undefined });
      data.push('the beginning');
      return reply.send(data);
    });
    url = await fastify.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => fastify.close());

  it('are logged with ids, status, duration and bytes, but neither query nor headers', async () => {
    await fetch(`${url}/v2/images/${IMAGE_ID}/file?signature=hush`, { headers: { 'X-Auth-Token': 'hush' } }).then((r) =>
      r.text(),
    );
    const line = await eventually(() => lines[0] ?? Promise.reject(new Error('nothing is logged yet')));
    expect(line).toMatchObject({
      msg: 'request',
      method: 'GET',
      path: `/v2/images/${IMAGE_ID}/file`,
      status: 200,
      request_id: 'req-7',
      project_id: 'p1',
      image_id: IMAGE_ID,
    });
    expect(line.bytes).toBeGreaterThan(SIZE);
    expect(line.bytes).toBeLessThan(SIZE + 1000);
    expect(line.duration_ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(lines)).not.toContain('hush');
  });

  it('are counted by route pattern, whatever ids and paths clients make up', async () => {
    for (const path of [`/v2/images/${IMAGE_ID}`, '/v2/images/other', '/nowhere', '/else']) {
      await fetch(url + path).then((r) => r.text());
    }
    await eventually(() => expect(lines).toHaveLength(4));
    const text = await metrics.expose();
    expect(text).toContain('hindsight_http_requests_total{method="GET",route="/v2/images/:imageId",status="200"} 2');
    expect(text).toContain('hindsight_http_requests_total{method="GET",route="unmatched",status="404"} 2');
    expect(text).toContain('hindsight_http_request_duration_seconds_count{method="GET",route="/v2/images/:imageId"} 2');
  });

  it('add to the downloaded bytes when they read image data', async () => {
    await fetch(`${url}/v2/images/${IMAGE_ID}/file`).then((r) => r.text());
    await eventually(() => expect(lines).toHaveLength(1));
    const bytes = Number(/hindsight_downloaded_bytes_total (\d+)/.exec(await metrics.expose())?.[1]);
    expect(bytes).toBe(lines[0].bytes);
  });

  it('count bytes of one request only on a connection that is used again', async () => {
    await fetch(`${url}/v2/images/${IMAGE_ID}/file`).then((r) => r.text());
    await fetch(`${url}/v2/images/${IMAGE_ID}`).then((r) => r.text());
    await eventually(() => expect(lines).toHaveLength(2));
    expect(lines[1].bytes).toBeLessThan(1000);
  });

  it('are marked when the client left before the end', async () => {
    const client = request(`${url}/endless`, (response) => response.once('data', () => client.destroy()));
    client.on('error', () => undefined).end();
    await eventually(() => expect(lines).toEqual([expect.objectContaining({ path: '/endless', broken: true })]));
  });
});
