import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import type { Metrics } from './metrics.js';

type Address = NonNullable<AppConfig['status']>;
type Answer = Readonly<{ status: number; text: string; headers?: Readonly<Record<string, string>> }>;

/** Tells how a process is that serves no API: /healthcheck and /metrics, as an API process has them. */
export class StatusServer {
  private listening: Readonly<{ server: Server; address: Address }> | null = null;

  /** @param problem why the process is not well, in a few words; null: it is */
  constructor(
    private readonly metrics: Pick<Metrics, 'expose'>,
    private readonly problem: () => Promise<string | null>,
  ) {}

  /** Null: it does not listen. */
  get port(): number | null {
    const address = this.listening?.server.address() as AddressInfo | null | undefined;
    return address?.port ?? null;
  }

  /**
   * Listens there, if it does not yet, and nowhere else any more. Null: nowhere.
   * @throws ConfigError when the address cannot be had; what was listened on before stays
   */
  async listen(address: Address | null): Promise<void> {
    const before = this.listening;
    if (address?.host === before?.address.host && address?.port === before?.address.port) return;
    this.listening = address === null ? null : { server: await this.open(address), address };
    if (before !== null) await closed(before.server);
  }

  close(): Promise<void> {
    return this.listen(null);
  }

  private async open({ host, port }: Address): Promise<Server> {
    const server = createServer((request, response) => void this.answer(request, response));
    try {
      server.listen({ host, port });
      await once(server, 'listening');
      return server;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown reason';
      const options = `[DEFAULT] bind_host = "${host}", [hindsight] status_port = "${port}"`;
      throw new ConfigError([`${options}: cannot listen there (${reason})`], { cause });
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, text, headers } = await this.answerTo(request).catch((): Answer => ({
      status: 500,
      text: 'ERROR',
    }));
    response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  private async answerTo({ method, url = '' }: IncomingMessage): Promise<Answer> {
    const [path] = url.split('?', 1);
    if (path !== '/healthcheck' && path !== '/metrics') return { status: 404, text: 'NOT FOUND' };
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, text: 'METHOD NOT ALLOWED', headers: { Allow: 'GET, HEAD' } };
    }
    if (path === '/metrics') return exposed(await this.metrics.expose());
    const problem = await this.problem();
    return problem === null ? { status: 200, text: 'OK' } : { status: 503, text: problem };
  }
}

const exposed = (text: string): Answer => ({
  status: 200,
  text,
  headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
});

async function closed(server: Server): Promise<void> {
  const closing = once(server, 'close');
  server.close();
  server.closeAllConnections(); // nobody is in the middle of anything that matters
  await closing;
}
