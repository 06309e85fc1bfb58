import type { EventStore, RecordedEvent } from '../../events/event-store.js';
import type { EventDecoder, ProjectedEvent } from '../../projections/projection.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { OutgoingEvent } from './consumer.js';

/** What a stream was about right before and right after an event; null: nothing. */
export type Moment<Document> = OutgoingEvent &
  Readonly<{
    before: Document | null;
    after: Document | null;
    /** The event that was recorded together with it, right behind it; null: none was. */
    next: RecordedEvent | null;
  }>;

type Fold<Document> = (document: Document | null, projected: ProjectedEvent<AnyEvent>) => Document | null;

type Folded<Document> = Readonly<{ revision: number; document: Document | null }>;

const EMPTY = { revision: -1, document: null } as const;

/** Streams whose last state is kept at hand. */
const CAPACITY = 1000;

/** Folds streams up to the events that are told of. Who asks in the order of a stream has each of its events read once. */
export class StreamFolds<Document> {
  /** Least recently used first. */
  private readonly folded = new Map<string, Folded<Document>>();

  constructor(
    private readonly eventStore: Pick<EventStore, 'readStream'>,
    private readonly codec: EventDecoder<AnyEvent>,
    private readonly fold: Fold<Document>,
  ) {}

  /** @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent, and what the event store fails with */
  async momentOf({ envelope, event }: OutgoingEvent): Promise<Moment<Document>> {
    const { stream, revision } = envelope;
    const known = this.folded.get(stream);
    const start: Folded<Document> = known !== undefined && known.revision < revision ? known : EMPTY;
    const recorded = await this.eventStore.readStream(stream, {
      fromRevision: start.revision + 1,
      limit: revision - start.revision + 1,
    });
    let [before, after] = [start.document, start.document];
    for (const each of recorded.filter((one) => one.revision <= revision)) {
      before = after;
      after = this.fold(before, { event: this.codec.decode(each), envelope: each });
    }
    this.remember(stream, { revision, document: after });
    const next = recorded.find((one) => one.revision === revision + 1) ?? null;
    return { envelope, event, before, after, next: next !== null && isSameAppend(envelope, next) ? next : null };
  }

  private remember(stream: string, folded: Folded<Document>): void {
    this.folded.delete(stream);
    this.folded.set(stream, folded);
    const [oldest] = this.folded.keys();
    if (this.folded.size > CAPACITY && oldest !== undefined) this.folded.delete(oldest);
  }
}

/** What one decision leads to is recorded in one moment, for one request. */
const isSameAppend = ({ metadata: one }: RecordedEvent, { metadata: other }: RecordedEvent): boolean =>
  one.recordedAt === other.recordedAt && one.requestId === other.requestId && one.correlationId === other.correlationId;
