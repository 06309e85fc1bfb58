import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.js';

/** A qemu-img whose conversions wait until the test lets them go on, or for ever. */
export class WaitingQemuImg {
  private constructor(private readonly folder: string) {}

  /** Writes the program into a folder; it lets conversions through until `hold` is called. */
  static async create(folder: string): Promise<WaitingQemuImg> {
    const waiting = new WaitingQemuImg(folder);
    const [gate, pid] = [waiting.gate, waiting.pidFile];
    const script = `#!/bin/sh
if [ "$1" = convert ]; then
  echo $$ >'${pid}'
  while [ -e '${gate}' ]; do sleep 0.05; done
fi
exec qemu-img "$@"
`;
    await writeFile(waiting.program, script, { mode: 0o755 });
    return waiting;
  }

  get program(): string {
    return join(this.folder, 'waiting-qemu-img');
  }

  async hold(): Promise<void> {
    await rm(this.pidFile, { force: true });
    await writeFile(this.gate, '');
  }

  async release(): Promise<void> {
    await rm(this.gate, { force: true });
  }

  /** Resolves when a conversion waits, to the number of its process. */
  async waiting(): Promise<number> {
    return eventually(async () => {
      const pid = Number(await readFile(this.pidFile, 'utf8'));
      if (!(pid > 0)) throw new Error('no conversion has begun');
      return pid;
    });
  }

  private get gate(): string {
    return join(this.folder, 'waiting-qemu-img.gate');
  }

  private get pidFile(): string {
    return join(this.folder, 'waiting-qemu-img.pid');
  }
}

/** Resolves when there is no such process any more. */
export const processEnded = (pid: number): Promise<void> =>
  eventually(() => {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    throw new Error(`process ${pid} still runs`);
  });
