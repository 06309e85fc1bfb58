import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { ConfigError } from '../../../src/config/config-error.js';
import { Metrics } from '../../../src/operability/metrics.js';
import { StatusServer } from '../../../src/operability/status-server.js';
import { sendHttpRequest } from '../../support/http-client.js';

const ANY_PORT = { host: '127.0.0.1', port: 0 };

describe('the status of a process without an API', () => {
  let problem: string | null;
  let status: StatusServer;

  beforeEach(() => {
    problem = null;
    status = new StatusServer(new Metrics(), () => Promise.resolve(problem));
  });
  afterEach(() => status.close());

  const ask = (method: string, path: string) =>
    sendHttpRequest(`http://127.0.0.1:${status.port ?? 0}`, { method, path });

  it('is told to load balancers and supervisors', async () => {
    await status.listen(ANY_PORT);
    expect(await ask('GET', '/healthcheck')).toMatchObject({ status: 200, text: 'OK' });
    expect(await ask('HEAD', '/healthcheck?detailed')).toMatchObject({ status: 200, text: '' });
    problem = 'STOPPED: UnknownEventType';
    expect(await ask('GET', '/healthcheck')).toMatchObject({ status: 503, text: 'STOPPED: UnknownEventType' });
  });

  it('is measured, and is all that is told', async () => {
    await status.listen(ANY_PORT);
    const { status: code, headers, text } = await ask('GET', '/metrics');
    expect([code, headers['content-type'], text]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      expect.stringContaining('hindsight_process_resident_memory_bytes'),
    ]);
    expect(await ask('GET', '/v2/images')).toMatchObject({ status: 404 });
    expect(await ask('DELETE', '/metrics')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('goes on over a new configuration, is elsewhere with another address, and nowhere without one', async () => {
    await status.listen(ANY_PORT);
    const { port } = status;
    await status.listen(ANY_PORT);
    expect(status.port).toBe(port);
    await status.listen({ ...ANY_PORT, host: 'localhost' });
    expect(status.port).not.toBe(port);
    await status.listen(null);
    expect(status.port).toBeNull();
  });

  it('stays where it is when a new address cannot be had, and says which option is wrong', async () => {
    await status.listen(ANY_PORT);
    const { port } = status;
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = { host: '127.0.0.1', port: (other.address() as AddressInfo).port };
    try {
      const refused = status.listen(taken);
      await expect(refused).rejects.toThrow(ConfigError);
      await expect(refused).rejects.toThrow(/\[hindsight\] status_port = "\d+": cannot listen there/);
    } finally {
      other.close();
    }
    expect(status.port).toBe(port);
    expect(await ask('GET', '/healthcheck')).toMatchObject({ status: 200 });
  });
});
