import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root, runtime } from '../../../scripts/runtime.mjs';
import { ImageService } from './image-service.mjs';

const START_LIMIT_MS = 60_000;
const ASK_EVERY_MS = 2;

/** The built service as operators run it, but for its identity: callers are believed, as they are at the peer. */
export class Hindsight extends ImageService {
  constructor({ folder, port, program }) {
    super({
      role: 'hindsight',
      name: 'Hindsight',
      url: `http://127.0.0.1:${port}`,
      adminToken: 'bench:bench:admin,member,reader',
      memberToken: 'bench:bench:member,reader',
      pids: () => [this.child.pid],
    });
    Object.assign(this, { folder, port, program: program ?? join(root, 'dist', 'main.js') });
    this.logFile = join(folder, 'hindsight.log');
  }

  static async create({ folder, program }) {
    mkdirSync(folder, { recursive: true });
    return new Hindsight({ folder, program, port: await freePort() });
  }

  /**
   * Starts it and waits until it answers a request for images.
   * @returns milliseconds from the start of the process to the end of that answer
   */
  async start() {
    const startedAt = performance.now();
    this.spawnService();
    while (!(await this.answers())) {
      if (this.hasEnded()) throw new Error(`The service does not start.\n${this.lastLogLines()}`);
      if (performance.now() - startedAt > START_LIMIT_MS)
        throw new Error(`The service does not answer.\n${this.lastLogLines()}`);
      await delay(ASK_EVERY_MS);
    }
    return performance.now() - startedAt;
  }

  async stop() {
    this.disconnect();
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.hasEnded()) return;
    this.child.kill('SIGTERM');
    await ended;
  }

  /** The service must not outlive the benchmark, however that ends. */
  kill() {
    if (this.child !== undefined && !this.hasEnded()) this.child.kill('SIGKILL');
  }

  spawnService() {
    const address = ['--bind-host', '127.0.0.1', '--bind-port', String(this.port)];
    const log = openSync(this.logFile, 'a');
    this.child = spawn(runtime(), [this.program, 'serve', '--data-dir', join(this.folder, 'data'), ...address], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, OS_HINDSIGHT__IDENTITY: 'headers' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async answers() {
    try {
      return (await this.send('GET', '/v2/images?limit=25')).status === 200;
    } catch (error) {
      if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') return false;
      throw error;
    }
  }

  lastLogLines() {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-20).join('\n');
  }
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
