import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, RecordedEvent } from '../../events/event-store.js';
import { CHAIN_START, chained, entryHash } from '../../events/log-chain.js';
import type { ChainState } from '../../events/log-chain.js';
import type { Clock } from '../../kernel/clock.js';
import type { AuditKeyFile, NotaryKeys } from '../../modules/audit/commands/audit-key-file.js';
import { AUDIT_STREAM, AuditLog, isCheckpoint } from '../../modules/audit/commands/audit-log.js';
import type { CheckpointRecord } from '../../modules/audit/commands/audit-log.js';
import { introductionOf, isSignedWith, signedCheckpoint } from '../../modules/audit/commands/audit-signatures.js';
import { traceEntry } from '../../modules/audit/commands/audit-trace.js';
import type { CheckpointFile } from '../../modules/audit/commands/checkpoint-file.js';
import { AuditCheckpointForeign, AuditCheckpointLost } from '../../modules/audit/domain/audit.errors.js';
import type { ReactorCheckpoints } from '../reactor.js';
import type { NotaryLog } from './notary-log.js';

/** Events that are read at once: some milliseconds of work. */
const BATCH = 100;
/** For each millisecond of work so many of rest: the process has better things to do. Who is late rests less. */
const [REST_PER_WORK, REST_WHEN_LATE] = [19, 3];

/** After so many even if they are all its own, as those of a notary that has just caught up: an event has to stay small. */
const MOST_TRACED = 10_000;

/** Its name as a consumer, and that of its lease. */
export const NOTARY = 'notary';

export type NotaryParts = Readonly<{
  eventStore: EventStore;
  clock: Clock;
  keys: AuditKeyFile;
  /** Where checkpoints stand once more; null: nowhere. */
  file: CheckpointFile | null;
  /** What the notary remembers outside the log. */
  checkpoints: ReactorCheckpoints;
  log: NotaryLog;
  limits: Readonly<{ maxEvents: number; maxAgeMs: number; pauseMs: number }>;
}>;

/** What is chained and not signed yet. */
type Work = { last: CheckpointRecord | null; chain: ChainState; trace: string[]; newSince: number | null };

/**
 * Goes through all events in their order, whatever they say, and signs what it has seen: after so many events, or some time
 * after the first new one. Its checkpoints stand in the log; the last of them tells where to go on, so that nothing is left
 * out or counted twice, however it ends.
 */
export class Notary {
  private readonly log: AuditLog;
  /** What this notary has signed last; it must never be missing again. */
  private signed: CheckpointRecord | null = null;

  constructor(private readonly parts: NotaryParts) {
    this.log = new AuditLog(parts.eventStore, parts.clock);
  }

  /**
   * Works until the signal aborts. To be called again after a failure.
   * @throws AuditCheckpointLost, AuditCheckpointForeign, AuditKeyInvalid, WrongExpectedRevision when another notary is at work,
   *   and what the event store fails with
   */
  async run(signal: AbortSignal): Promise<void> {
    const work = await this.resume();
    while (!signal.aborted) {
      await this.readOn(work, signal);
      if (this.isDue(work)) await this.sign(work);
      await sleep(this.parts.limits.pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async resume(): Promise<Work> {
    const last = await this.log.last();
    await this.requireWhatWasSigned(last);
    if (last !== null) requireOwn(last, await this.parts.keys.read());
    await this.file();
    return { last, chain: last === null ? CHAIN_START : chainStateOf(last), trace: [], newSince: null };
  }

  /** Whoever removes the last checkpoints, or all, must not get others for what is left. */
  private async requireWhatWasSigned(last: CheckpointRecord | null): Promise<void> {
    const remembered = await this.parts.checkpoints.load(NOTARY);
    if ((last?.recorded.position ?? 0n) < remembered) {
      throw new AuditCheckpointLost(`The log has lost the checkpoint at position ${remembered}, and perhaps more`);
    }
    const { signed } = this;
    if (signed === null) return;
    const there = await this.log.at(signed.recorded.revision);
    if (there === null || !isCheckpoint(there) || there.event.data.signature !== signed.event.data.signature) {
      throw new AuditCheckpointLost(
        `The checkpoint at position ${signed.recorded.position} is not in the log any more`,
      );
    }
  }

  /** Reads to the end of the log. */
  private async readOn(work: Work, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begin = performance.now();
      const events = await this.parts.eventStore.readAll(work.chain.position, BATCH);
      for (const event of events) {
        this.add(work, event);
        if (this.isFull(work)) await this.sign(work);
      }
      if (events.length < BATCH) return;
      const rest = this.isLate(events.at(-1)) ? REST_WHEN_LATE : REST_PER_WORK;
      const restMs = (performance.now() - begin) * rest;
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private add(work: Work, event: RecordedEvent): void {
    const entry = entryHash(event);
    work.chain = chained(work.chain, event, entry);
    work.trace.push(traceEntry(event.position, entry));
    // a checkpoint is no reason for another one
    if (event.stream !== AUDIT_STREAM) work.newSince ??= this.parts.clock.now().getTime();
  }

  /** Whether what is read now happened so long ago that it should have been signed. */
  private isLate(event: RecordedEvent | undefined): boolean {
    if (event === undefined) return false;
    return this.parts.clock.now().getTime() - Date.parse(event.metadata.recordedAt) > this.parts.limits.maxAgeMs;
  }

  private isFull({ trace, newSince }: Work): boolean {
    return (newSince !== null && trace.length >= this.parts.limits.maxEvents) || trace.length >= MOST_TRACED;
  }

  private isDue({ newSince }: Work): boolean {
    return newSince !== null && this.parts.clock.now().getTime() - newSince >= this.parts.limits.maxAgeMs;
  }

  private async sign(work: Work): Promise<void> {
    const { signing, all } = await this.parts.keys.read();
    const signedAt = this.parts.clock.now().toISOString();
    const { position, eventCount, hash: chainHash } = work.chain;
    const checkpoint = signedCheckpoint(
      { position: String(position), eventCount, chainHash, trace: work.trace, signedAt },
      signing,
    );
    const previousKeyId = work.last?.event.data.keyId ?? null;
    const previous = all.find(({ id }) => id === previousKeyId);
    const isNew = previousKeyId !== signing.id;
    const introduction = isNew ? introductionOf(signing, previousKeyId, previous, signedAt) : null;
    work.last = await this.log.append(work.last, introduction, checkpoint);
    this.signed = work.last;
    [work.trace, work.newSince] = [[], null];
    await this.parts.checkpoints.save(NOTARY, work.last.recorded.position);
    this.parts.log.signed(checkpoint.data);
    await this.file();
  }

  /** A file that cannot be written to must not keep the log from being signed. */
  private async file(): Promise<void> {
    try {
      await this.parts.file?.follow(this.log);
    } catch (error) {
      if (error instanceof AuditCheckpointLost) throw error;
      this.parts.log.notFiled(error);
    }
  }
}

const chainStateOf = ({ event: { data } }: CheckpointRecord): ChainState => ({
  position: BigInt(data.position),
  eventCount: data.eventCount,
  hash: data.chainHash,
});

/** Else whoever can write to the log could have this notary vouch for a log of theirs. */
function requireOwn({ event: { data }, recorded }: CheckpointRecord, { all }: NotaryKeys): void {
  if (all.some((key) => isSignedWith(key, data))) return;
  throw new AuditCheckpointForeign(
    `The checkpoint at position ${recorded.position} is signed with the key ${data.keyId}, which is not in audit_key_file, ` +
      'or not signed with it at all',
  );
}
