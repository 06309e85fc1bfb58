import { createServer as createHttpServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { OutboundConfig } from '../../src/config/app-config.js';
import { HttpClient } from '../../src/outbound/http-client.js';
import { UrlFilter } from '../../src/outbound/url-filter.js';

/** The default options, but servers on loopback may be asked, at any port. */
export const loopbackOutbound: OutboundConfig = {
  allowedSchemes: ['http', 'https'],
  disallowedSchemes: [],
  allowedHosts: [],
  disallowedHosts: [],
  allowedPorts: [],
  disallowedPorts: [],
  localNetworks: ['127.0.0.0/8', '::1/128'],
  stallTimeoutS: 30,
  s3: { endpoint: null, region: 'us-east-1', accessKey: null, secretKey: null },
};

export const loopbackClient = (options: Partial<OutboundConfig> = {}): HttpClient => {
  const config = { ...loopbackOutbound, ...options };
  return new HttpClient(new UrlFilter(config), config.stallTimeoutS);
};

export type LocalServer = Readonly<{ url: string; port: number; stop: () => Promise<void> }>;

/** A web server on loopback. */
export const serveHttp = (listener: RequestListener): Promise<LocalServer> => listen(createHttpServer(listener));

/** A server that answers whatever it likes, once it has read the head of a request. */
export const serveRaw = (answer: (socket: Socket, head: string) => void): Promise<LocalServer> =>
  listen(
    createTcpServer((socket) => {
      let head = '';
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const wasComplete = head.includes('\r\n\r\n');
        head += data.toString('latin1');
        if (!wasComplete && head.includes('\r\n\r\n')) answer(socket, head);
      });
    }),
  );

export async function listen(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${port}`, port, stop };
}

/** Starts servers that are stopped after each test. */
export function localServers(): {
  http: typeof serveHttp;
  raw: typeof serveRaw;
  add: (server: Server) => Promise<LocalServer>;
} {
  const running: LocalServer[] = [];
  const keep = async (starting: Promise<LocalServer>): Promise<LocalServer> => {
    const server = await starting;
    running.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });
  return {
    http: (listener) => keep(serveHttp(listener)),
    raw: (answer) => keep(serveRaw(answer)),
    add: (server) => keep(listen(server)),
  };
}
