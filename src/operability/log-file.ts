import { fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.js';
import { GatheredLines } from './gathered-lines.js';

const CHECK_MS = 100;

/**
 * A log file that others may rotate. Renamed or removed, it is made anew, and what was written before stays in the renamed
 * one; cut to nothing, it goes on from its new end. No line is lost either way.
 */
export class LogFile {
  private lines: GatheredLines;
  private inode: number;
  private checkedAtMs = 0;
  private readonly timer: NodeJS.Timeout;

  /** @throws ConfigError when the file cannot be written */
  constructor(readonly path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      [this.lines, this.inode] = open(path);
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
    this.lines.write(line);
  }

  /** Writes what is pending, and closes the file. */
  end(): void {
    clearInterval(this.timer);
    this.lines.end();
  }

  private followRotation(nowMs = Date.now()): void {
    this.checkedAtMs = nowMs;
    if (statSync(this.path, { throwIfNoEntry: false })?.ino === this.inode) return;
    try {
      const before = this.lines;
      [this.lines, this.inode] = open(this.path);
      before.end();
    } catch {
      // The old file goes on taking lines until a new one can be made.
    }
  }
}

function open(path: string): [lines: GatheredLines, inode: number] {
  const fd = openSync(path, 'a', 0o640);
  return [new GatheredLines(fd), fstatSync(fd).ino];
}
