import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Secret = Readonly<{ payload: Uint8Array | string; contentType: string }>;
type Request = Readonly<{ method: string; path: string; headers: IncomingHttpHeaders }>;

/** A server that speaks as much of Barbican's API as shows and deletes secrets. Also answers for Keystone's catalogue. */
export class Barbican {
  readonly requests: Request[] = [];
  private readonly secrets = new Map<string, Secret>();
  private readonly statuses = new Map<string, number>();
  /** The tokens that may see secrets; null: all. */
  tokens: ReadonlySet<string> | null = null;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Barbican> {
    const server = createServer();
    const barbican = new Barbican(server);
    server.on('request', (request, response) => {
      const { method = '', url = '', headers } = request;
      request.resume();
      const path = url.split('?', 1)[0] ?? '';
      barbican.requests.push({ method, path, headers });
      const { status, type, body } = barbican.answer(method, path, headers);
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return barbican;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  keep(id: string, payload: Uint8Array | string, contentType = 'application/octet-stream'): void {
    this.secrets.set(id, { payload, contentType });
  }

  has(id: string): boolean {
    return this.secrets.has(id);
  }

  /** Answers everything about a secret with a status. */
  refuse(id: string, status: number): void {
    this.statuses.set(id, status);
  }

  /** Whatever was kept, refused and asked before. */
  forget(): void {
    this.secrets.clear();
    this.statuses.clear();
    this.requests.length = 0;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(
    method: string,
    path: string,
    headers: IncomingHttpHeaders,
  ): { status: number; type: string; body: Uint8Array | string } {
    const json = (status: number, content: unknown) => ({
      ...{ status, type: 'application/json', body: JSON.stringify(content) },
    });
    if (path === '/v3/auth/catalog') return json(200, { catalog: [keyManagerAt(this.url)] });
    const [, id = '', below = ''] = /^\/v1\/secrets\/([^/]+)(.*)$/.exec(path) ?? [];
    const token = headers['x-auth-token'];
    if (typeof token !== 'string' || this.tokens?.has(token) === false) return json(401, {});
    const refused = this.statuses.get(id);
    if (refused !== undefined) return json(refused, {});
    const secret = this.secrets.get(id);
    if (secret === undefined) return json(404, {});
    if (method === 'DELETE') {
      this.secrets.delete(id);
      return { status: 204, type: 'text/plain', body: '' };
    }
    if (below === '') return json(200, { status: 'ACTIVE', content_types: { default: secret.contentType } });
    if (headers.accept !== secret.contentType) return json(406, {});
    return { status: 200, type: secret.contentType, body: secret.payload };
  }
}

const keyManagerAt = (url: string) => ({
  type: 'key-manager',
  name: 'barbican',
  endpoints: [
    { interface: 'internal', region_id: 'R1', url: 'http://127.0.0.1:1' },
    { interface: 'public', region_id: 'R2', url: 'http://127.0.0.1:1' },
    { interface: 'public', region_id: 'R1', url },
  ],
});
