import { auditEvents } from '../../../events/contracts/audit-events.js';
import type { AuditCheckpointSigned, AuditEvent, AuditKeyIntroduced } from '../../../events/contracts/audit-events.js';
import { chainedEvents } from '../../../events/chained-events.js';
import { EventCodec } from '../../../events/event-codec.js';
import type { EventStore, RecordedEvent } from '../../../events/event-store.js';
import { commonMetadata } from '../../../events/handle-command.js';
import type { Clock } from '../../../kernel/clock.js';
import { AuditCheckpointLost } from '../domain/audit.errors.js';

/** The stream of what the notary records. */
export const AUDIT_STREAM = 'audit-log';

const PAGE = 50;

/** An event of the notary, and where it stands. */
export type AuditRecord = Readonly<{ recorded: RecordedEvent; event: AuditEvent }>;

/** The last of them is always a checkpoint. */
export type CheckpointRecord = AuditRecord & Readonly<{ event: AuditCheckpointSigned }>;

const NOTARY = { actor: { userId: 'system/notary', projectId: null, roles: [] }, requestId: null };

/** What the notary has recorded in the log. */
export class AuditLog {
  private readonly codec = EventCodec.of([auditEvents]);

  constructor(
    private readonly eventStore: EventStore,
    private readonly clock: Clock,
  ) {}

  /** The last checkpoint; null: nothing was signed yet. @throws AuditCheckpointLost when something else is last */
  async last(): Promise<CheckpointRecord | null> {
    const [recorded] = await this.eventStore.readStream(AUDIT_STREAM, { direction: 'backwards', limit: 1 });
    if (recorded === undefined) return null;
    const record = this.decode(recorded);
    if (isCheckpoint(record)) return record;
    throw new AuditCheckpointLost(`Stream ${AUDIT_STREAM} does not end with a checkpoint`);
  }

  /** How far the log is signed; null: nothing is. */
  async status(): Promise<Readonly<{ position: bigint; behind: bigint; ageS: number }> | null> {
    const [last, end] = [await this.last(), await this.eventStore.lastPosition()];
    if (last === null) return null;
    const { position, signedAt } = last.event.data;
    const ageS = (this.clock.now().getTime() - Date.parse(signedAt)) / 1000;
    return { position: BigInt(position), behind: end - last.recorded.position, ageS };
  }

  async at(revision: number): Promise<AuditRecord | null> {
    const [recorded] = await this.eventStore.readStream(AUDIT_STREAM, { fromRevision: revision, limit: 1 });
    return recorded === undefined ? null : this.decode(recorded);
  }

  /** All that was recorded from one revision to another. */
  async *records(from: number, upTo = Number.MAX_SAFE_INTEGER): AsyncGenerator<AuditRecord> {
    for (let next = from; next <= upTo;) {
      const limit = Math.min(PAGE, upTo - next + 1);
      const page = await this.eventStore.readStream(AUDIT_STREAM, { fromRevision: next, limit });
      for (const recorded of page) yield this.decode(recorded);
      if (page.length < limit) return;
      next = (page.at(-1)?.revision ?? next) + 1;
    }
  }

  /**
   * Records a checkpoint, and before it the key it is signed with where that is new.
   * @param last what is believed to be the last checkpoint
   * @throws WrongExpectedRevision when it is not: then another notary is at work
   */
  async append(
    last: CheckpointRecord | null,
    introduction: AuditKeyIntroduced | null,
    event: AuditCheckpointSigned,
  ): Promise<CheckpointRecord> {
    const events = introduction === null ? [event] : [introduction, event];
    const encoded = events.map((each) => this.codec.encode(each));
    const newEvents = chainedEvents(AUDIT_STREAM, last?.recorded, encoded, commonMetadata(NOTARY, this.clock));
    const expected = last?.recorded.revision ?? 'no_stream';
    const { revision, position } = await this.eventStore.append(AUDIT_STREAM, expected, newEvents);
    const [checkpoint] = newEvents.slice(-1);
    if (checkpoint === undefined) throw new TypeError('No checkpoint was appended');
    return { event, recorded: { ...checkpoint, stream: AUDIT_STREAM, revision, position } };
  }

  private decode(recorded: RecordedEvent): AuditRecord {
    return { recorded, event: this.codec.decode(recorded) };
  }
}

export const isCheckpoint = (record: AuditRecord): record is CheckpointRecord =>
  record.event.type === 'AuditCheckpointSigned';
