import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { ImageService } from './image-service.mjs';
import { ProgramProcess } from './program-process.mjs';

const ASK_EVERY_MS = 2;

/** The built service as operators run it. */
export class Hindsight extends ImageService {
  constructor({ children, program, folder, dataDir, port, command, environment }) {
    super({
      role: 'hindsight',
      name: 'Hindsight',
      url: `http://127.0.0.1:${port}`,
      adminToken: 'bench:bench:admin,member,reader',
      memberToken: 'bench:bench:member,reader',
      pids: () => [this.process.pid],
    });
    const address = ['--bind-host', '127.0.0.1', '--bind-port', String(port)];
    this.processOptions = {
      children,
      program,
      args: [command, '--data-dir', dataDir, ...address],
      environment,
      logFile: join(folder, 'hindsight.log'),
    };
  }

  /**
   * @param folder for its log, and for its data unless that is in `dataDir`
   * @param command the role, if it is not to do everything itself
   */
  static async create({
    children,
    program,
    folder,
    dataDir = join(folder, 'data'),
    command = 'serve',
    environment = {},
  }) {
    mkdirSync(folder, { recursive: true });
    return new Hindsight({ children, program, folder, dataDir, port: await freePort(), command, environment });
  }

  /**
   * Starts it and waits until it answers a request for images.
   * @returns milliseconds from the start of the process to the end of that answer
   */
  async start() {
    const startedAt = performance.now();
    this.process = new ProgramProcess(this.processOptions);
    await this.process.becomes(() => this.answers(), ASK_EVERY_MS);
    return performance.now() - startedAt;
  }

  stop() {
    this.disconnect();
    return this.process.stop();
  }

  async answers() {
    try {
      return (await this.send('GET', '/v2/images?limit=25')).status === 200;
    } catch (error) {
      if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') return false;
      throw error;
    }
  }
}
