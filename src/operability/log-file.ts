import { fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import { ConfigError } from '../config/config-error.js';

const CHECK_MS = 100;

type Destination = ReturnType<typeof pino.destination>;

/**
 * A log file that others may rotate. Renamed or removed, it is made anew, and what was written before stays in the renamed
 * one; cut to nothing, it goes on from its new end. No line is lost either way.
 */
export class LogFile {
  private destination: Destination;
  private inode: number;
  private checkedAtMs = 0;
  private readonly timer: NodeJS.Timeout;

  /** @throws ConfigError when the file cannot be written */
  constructor(readonly path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      [this.destination, this.inode] = open(path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown reason';
      throw new ConfigError([`[DEFAULT] log_file = "${path}": cannot be written (${reason})`], { cause });
    }
    // Also without new lines, whoever has moved the file away soon finds a new one.
    this.timer = setInterval(() => this.followRotation(), 10 * CHECK_MS).unref();
  }

  write(line: string): void {
    const nowMs = Date.now();
    if (nowMs - this.checkedAtMs >= CHECK_MS) this.followRotation(nowMs);
    this.destination.write(line);
  }

  /** Writes what is pending, and closes the file. */
  end(): void {
    clearInterval(this.timer);
    this.destination.end();
  }

  private followRotation(nowMs = Date.now()): void {
    this.checkedAtMs = nowMs;
    if (statSync(this.path, { throwIfNoEntry: false })?.ino === this.inode) return;
    try {
      const before = this.destination;
      [this.destination, this.inode] = open(this.path);
      before.end();
    } catch {
      // The old file goes on taking lines until a new one can be made.
    }
  }
}

function open(path: string): [destination: Destination, inode: number] {
  const fd = openSync(path, 'a', 0o640);
  // Lines that arrive during a write leave together in the next one; what is pending at exit is flushed.
  return [pino.destination({ dest: fd, sync: false }), fstatSync(fd).ino];
}
