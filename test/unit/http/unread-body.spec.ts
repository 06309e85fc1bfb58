import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { UnreadBodies } from '../../../src/http/unread-body.js';

const CLIENT_TIMEOUT_S = 7;
const KEEP_ALIVE_MS = 65_000;

describe('a body that nobody reads', () => {
  let server: Server;
  let dropped: Promise<IncomingMessage>;

  beforeEach(async () => {
    const unread = new UnreadBodies({ httpKeepalive: true, clientSocketTimeoutS: CLIENT_TIMEOUT_S });
    server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
    dropped = new Promise((resolve) =>
      server.on('request', (request: IncomingMessage, response) => {
        unread.expect(request, response);
        response.on('finish', () => {
          unread.drop(request);
          resolve(request);
        });
        response.writeHead(404, { 'content-length': 2 }).end('no');
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const refusedUpload = (): Socket => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nx');
    return socket;
  };

  it('is waited for no longer than any other client that is silent', async () => {
    refusedUpload();
    const { socket } = await dropped;
    expect(socket.timeout).toBe(CLIENT_TIMEOUT_S * 1000);
    socket.emit('timeout');
    expect(socket.destroyed).toBe(true);
  });

  it('leaves a connection that may be idle for as long as others when all of it has come', async () => {
    const client = refusedUpload();
    const request = await dropped;
    client.write('xx');
    await once(request, 'end');
    expect(request.socket.timeout).toBeGreaterThanOrEqual(KEEP_ALIVE_MS);
    expect(request.socket.destroyed).toBe(false);
  });
});
