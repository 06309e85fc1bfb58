import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { AuditCheckpointLost } from '../domain/audit.errors.js';
import type { AuditLog } from './audit-log.js';
import { filedLine, parseFiledLine } from './filed-record.js';
import type { FiledRecord } from './filed-record.js';

/** How much of the end of a file is read at first to find its last record. */
const TAIL_BYTES = 64 * 1024;

/**
 * What the notary records, once more: in a file that is best kept where those who can write to the log cannot. It is only ever
 * added to. A line that was interrupted stays there, and stands again, whole, behind it.
 */
export class CheckpointFile {
  /** Revision of the next event to write; null: the file has to be looked at. */
  private next: number | null = null;

  constructor(readonly path: string) {}

  /**
   * Adds what the log has more.
   * @throws AuditCheckpointLost when the file has what the log has not
   */
  async follow(log: AuditLog): Promise<void> {
    const handle = await open(this.path, 'a+', 0o640);
    try {
      let next = this.next ?? (await resume(handle, this.path, log));
      this.next = null; // until all is on disk
      for await (const { recorded, event } of log.records(next)) {
        await handle.appendFile(`${filedLine({ revision: recorded.revision, event })}\n`);
        next = recorded.revision + 1;
      }
      await handle.sync();
      this.next = next;
    } finally {
      await handle.close();
    }
  }
}

async function resume(handle: FileHandle, path: string, log: AuditLog): Promise<number> {
  const { last, isTorn } = await lastRecord(handle, path);
  if (last !== null && !(await isInLog(last, log))) {
    throw new AuditCheckpointLost(
      `${path} has event ${last.revision} of the notary, which the log has not, or otherwise`,
    );
  }
  if (isTorn) await handle.appendFile('\n');
  return last === null ? 0 : last.revision + 1;
}

async function isInLog(filed: FiledRecord, log: AuditLog): Promise<boolean> {
  const record = await log.at(filed.revision);
  return record !== null && filedLine({ revision: filed.revision, event: record.event }) === filedLine(filed);
}

async function lastRecord(
  handle: FileHandle,
  path: string,
): Promise<Readonly<{ last: FiledRecord | null; isTorn: boolean }>> {
  const { size } = await handle.stat();
  for (let length = TAIL_BYTES; ; length *= 2) {
    const start = Math.max(size - length, 0);
    const lines = (await readText(handle, start, size)).split('\n');
    const rest = lines.pop() ?? '';
    if (start > 0) lines.shift(); // it begins somewhere before
    const last = lines.map(parseFiledLine).findLast((record) => record !== null) ?? null;
    if (last === null && start > 0) continue;
    if (last === null && !lines.every(mayBeTorn)) throw new AuditCheckpointLost(`${path} is no file of checkpoints`);
    return { last, isTorn: rest !== '' };
  }
}

const mayBeTorn = (line: string): boolean => line === '' || line.startsWith('{');

async function readText(handle: FileHandle, start: number, end: number): Promise<string> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  return buffer.toString('utf8', 0, bytesRead);
}

/** A line of such a file; `record` is null for what is no record of a notary. */
export type FileLine = Readonly<{ line: number; record: FiledRecord | null }>;

/**
 * Reads such a file from its beginning, without the lines that were interrupted.
 * @param size bytes that are looked at: what is added later is left out
 */
export async function* readCheckpointFile(path: string, size: number): AsyncGenerator<FileLine> {
  let torn: (FileLine & { text: string }) | null = null;
  let line = 0;
  for await (const { text, isWhole } of linesOf(path, size)) {
    line += 1;
    if (torn !== null && !text.startsWith(torn.text) && isWhole) yield { line: torn.line, record: null };
    torn = null;
    const record = isWhole ? parseFiledLine(text) : null;
    if (record !== null) yield { line, record };
    else if (isWhole) torn = { line, record, text };
  }
}

async function* linesOf(path: string, size: number): AsyncGenerator<Readonly<{ text: string; isWhole: boolean }>> {
  if (size === 0) return;
  let rest = '';
  for await (const chunk of createReadStream(path, { end: size - 1, encoding: 'utf8' }) as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, isWhole: true };
  }
  if (rest !== '') yield { text: rest, isWhole: false };
}
