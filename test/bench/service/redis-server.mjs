import { connect } from 'node:net';
import { waitUntil } from '../measuring/wait-until.mjs';
import { end } from './children.mjs';
import { freePort } from './free-port.mjs';

const ASK_EVERY_MS = 10;

/** A Redis server that keeps nothing on the disk. */
export class RedisServer {
  constructor(children, port) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = children.spawn('redis-server', settings, { stdio: 'ignore' });
  }

  static async start(children) {
    const server = new RedisServer(children, await freePort());
    await waitUntil('redis-server does not answer', () => answersPing(server.port), { everyMs: ASK_EVERY_MS });
    return server;
  }

  stop() {
    return end(this.child, 'SIGKILL');
  }
}

const answersPing = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (isThere) => (socket.destroy(), resolve(isThere));
    socket.once('data', (data) => answer(data.toString().startsWith('+PONG'))).once('error', () => answer(false));
  });
