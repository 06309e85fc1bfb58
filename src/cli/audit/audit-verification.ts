import { eventHash } from '../../events/event-hash.js';
import type { EventStore, RecordedEvent } from '../../events/event-store.js';
import { InvalidStoredEvent, UnknownEventSchema, UnknownEventType } from '../../events/events.errors.js';
import { CHAIN_START, chained, entryHash } from '../../events/log-chain.js';
import type { AuditLog } from '../../modules/audit/commands/audit-log.js';
import { AUDIT_STREAM } from '../../modules/audit/commands/audit-log.js';
import type { AuditKey } from '../../modules/audit/commands/audit-keys.js';
import { CheckpointCursor } from './checkpoint-cursor.js';
import { eventMisfit, MisfitFound } from './misfit.js';
import type { Misfit } from './misfit.js';
import { recordsInFile, recordsInLog, signedCheckpoints } from './signed-checkpoints.js';
import { TrustedKeys } from './trusted-keys.js';

const BATCH = 500;

/** What the log is compared with. */
export type Audited = Readonly<{
  eventStore: EventStore;
  log: AuditLog;
  keys: readonly AuditKey[];
  /** Checkpoints outside the log, as many bytes as there were when the command began; null: none. */
  file: Readonly<{ path: string; size: number }> | null;
}>;

/** How far the walk has come. */
export type AuditProgress = Readonly<{ events: number; position: bigint; end: bigint }>;

/** `vouchedFor` events from the first on are what they were at `signedAt`. */
export type AuditReport = Readonly<{
  events: number;
  checkpoints: number;
  /** Those in the file; null: there is none. */
  filed: number | null;
  vouchedFor: number;
  signedAt: string | null;
  misfit: Misfit | null;
}>;

/**
 * Goes through the log from its first event on, and compares it with what was signed, until something does not fit. Memory does
 * not grow with the log. What comes while it goes on is left out, so that it may run beside a working service.
 */
export async function verifyAudit(
  audited: Audited,
  onProgress: (progress: AuditProgress) => void,
): Promise<AuditReport> {
  const walk = new AuditWalk(audited, await lastAuditRevision(audited.eventStore));
  const end = await audited.eventStore.lastPosition(); // behind all checkpoints that are looked at
  let misfit: Misfit | null = null;
  try {
    await walk.toTheEnd(end, onProgress);
  } catch (error) {
    misfit = misfitOf(error);
    if (misfit === null) throw error;
  }
  return { ...walk.report(), misfit };
}

/** Also of an event that cannot be read. */
async function lastAuditRevision(eventStore: EventStore): Promise<number> {
  try {
    const [last] = await eventStore.readStream(AUDIT_STREAM, { direction: 'backwards', limit: 1 });
    return last?.revision ?? -1;
  } catch (error) {
    if (error instanceof InvalidStoredEvent) return Number.MAX_SAFE_INTEGER;
    throw error;
  }
}

class AuditWalk {
  private chain = CHAIN_START;
  private last: RecordedEvent | null = null;
  private readonly inLog: CheckpointCursor;
  private readonly inFile: CheckpointCursor | null;

  constructor(
    private readonly audited: Audited,
    lastRevision: number,
  ) {
    const { log, file } = audited;
    const keys = new TrustedKeys(audited.keys);
    this.inLog = new CheckpointCursor(signedCheckpoints(recordsInLog(log, lastRevision), keys));
    const filed = file === null ? null : recordsInFile(file.path, file.size);
    this.inFile = filed === null ? null : new CheckpointCursor(signedCheckpoints(filed, keys));
  }

  /** @throws MisfitFound */
  async toTheEnd(end: bigint, onProgress: (progress: AuditProgress) => void): Promise<void> {
    for (let isEnd = false; !isEnd;) {
      const events = await this.next();
      for (const event of events) {
        if (event.position > end) break;
        await this.add(event);
      }
      isEnd = (events.at(-1)?.position ?? end) >= end;
      onProgress({ events: this.chain.eventCount, position: this.chain.position, end });
    }
    await this.inLog.end(this.last, this.chain.eventCount);
    await this.inFile?.end(this.last, this.chain.eventCount);
    if (this.last !== null && this.vouching === null)
      throw eventMisfit(this.last, 'nothing up to here was ever signed');
  }

  report(): Omit<AuditReport, 'misfit'> {
    return {
      events: this.chain.eventCount,
      checkpoints: this.inLog.passed,
      filed: this.inFile?.passed ?? null,
      vouchedFor: this.vouching?.eventCount ?? 0,
      signedAt: this.vouching?.signedAt ?? null,
    };
  }

  private get vouching() {
    const [one, other] = [this.inLog.vouching?.data ?? null, this.inFile?.vouching?.data ?? null];
    return other !== null && other.eventCount > (one?.eventCount ?? 0) ? other : one;
  }

  /** One by one where some cannot be read, so as to come to the first of these. */
  private async next(): Promise<readonly RecordedEvent[]> {
    const { eventStore } = this.audited;
    try {
      return await eventStore.readAll(this.chain.position, BATCH);
    } catch (error) {
      if (!(error instanceof InvalidStoredEvent)) throw error;
      return eventStore.readAll(this.chain.position, 1);
    }
  }

  private async add(event: RecordedEvent): Promise<void> {
    const entry = entryHash(event);
    this.chain = chained(this.chain, event, entry);
    const isCovered = await this.inLog.add(event, entry, this.chain);
    const isFiled = (await this.inFile?.add(event, entry, this.chain)) ?? false;
    if (!isCovered && !isFiled) await this.requireChained(event);
    this.last = event;
  }

  /** What nobody has signed yet is held by the chain of its stream alone. */
  private async requireChained(event: RecordedEvent): Promise<void> {
    const { stream, revision, metadata } = event;
    const before = { fromRevision: revision - 1, limit: 1 };
    const [previous] = revision === 0 ? [] : await this.audited.eventStore.readStream(stream, before);
    const hash = previous?.revision === revision - 1 ? eventHash(stream, previous.revision, previous) : null;
    if (metadata.previousHash !== hash) {
      throw eventMisfit(event, 'it does not carry the hash of the event before it in its stream');
    }
  }
}

/** An event that cannot be read says where it is. */
function misfitOf(error: unknown): Misfit | null {
  if (error instanceof MisfitFound) return error.misfit;
  const isUnreadable =
    error instanceof InvalidStoredEvent || error instanceof UnknownEventType || error instanceof UnknownEventSchema;
  if (!isUnreadable) return null;
  const { stream, revision, position } = error.details;
  const place = { stream: String(stream), revision: Number(revision), position: String(position) };
  return { place, problem: `${error.name}: ${error.message}` };
}
