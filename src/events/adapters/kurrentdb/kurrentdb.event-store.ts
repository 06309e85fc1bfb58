import type { KurrentDbConfig } from '../../../config/app-config.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../../event-store.js';
import { EventStoreUnavailable } from '../../events.errors.js';
import { NO_REVISION, requireEvents, wrongExpectedRevision } from '../../expected-revision.js';
import { checkServer } from './check-server.js';
import { KurrentDbClient } from './kurrentdb.client.js';
import { mayHeal, NotReadableYet, translateFault } from './kurrentdb.faults.js';
import { firstRecordAfter, isOfEvent, positionOf } from './log-position.js';
import { NewestEvent } from './newest-event.js';
import { pauseAfter, persistently } from './persistence.js';
import type { ServerEvent } from './stored-event.js';
import { fromServer, toStored } from './stored-event.js';

/** How long something is tried again that may heal; a cluster has a new leader within that time. */
const RETRY_MS = 5000;
/** Records beside those that are asked for: others may have written between ours. */
const SPARE_RECORDS = 50;

/** What has been read for a subscriber: an event, or a position up to which there is nothing more. */
type Item = Readonly<{ event: RecordedEvent | null; position: bigint }>;

const itemOf = (event: RecordedEvent): Item => ({ event, position: event.position });

/** Events in KurrentDB, which was EventStoreDB. The names of our streams have a prefix there, those of others do not. */
export class KurrentDbEventStore implements EventStore {
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly newest: NewestEvent;

  private constructor(
    private readonly client: KurrentDbClient,
    private readonly prefix: string,
    private readonly retryMs: number,
  ) {
    this.newest = new NewestEvent(client, (stream) => this.isOurs(stream));
  }

  /**
   * Connects, and sees whether the server can be worked with.
   * @param retryMs how long something is tried again that may heal
   * @throws EventStoreUnavailable, EventStoreIncompatible, EventStoreRefused
   */
  static async open(
    { streamPrefix, ...connection }: KurrentDbConfig,
    retryMs = RETRY_MS,
  ): Promise<KurrentDbEventStore> {
    const client = new KurrentDbClient(connection);
    try {
      await persistently(() => checkServer(client), retryMs, new AbortController().signal);
      return new KurrentDbEventStore(client, streamPrefix, retryMs);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.answer(async () => {
      requireEvents(stream, events);
      const stored = events.map(toStored);
      const name = this.prefix + stream;
      // The server knows events by their ids: what it has stored already is acknowledged, not stored again.
      return this.persistently(async () => {
        const outcome = await this.client.append(name, expected, stored);
        if ('actual' in outcome) {
          await this.untilReadable(name, outcome.actual);
          throw wrongExpectedRevision(stream, expected, outcome.actual);
        }
        const { revision, commit } = outcome;
        const position = commit === null ? await this.positionAt(name, revision) : positionOf(commit);
        return { revision: Number(revision), position };
      });
    });
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.answer(async () => {
      const { direction = 'forwards', fromRevision, limit } = options;
      if (limit === 0) return [];
      const events = await this.persistently(() =>
        this.client.readStream(this.prefix + stream, {
          backwards: direction === 'backwards',
          from: fromRevision === undefined ? null : BigInt(fromRevision),
          ...(limit !== undefined && { count: limit }),
        }),
      );
      return events.map((event) => this.recorded(event));
    });
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return this.answer(() => this.persistently(() => this.readAfter(after, limit)));
  }

  lastPosition(): Promise<bigint> {
    return this.answer(() => this.persistently(() => this.newest.position()));
  }

  /** Lost connections are made again, and what was missed is caught up with. */
  async *subscribe(
    after: bigint,
    signal: AbortSignal,
    { types, onRead }: SubscribeOptions = {},
  ): AsyncGenerator<RecordedEvent, void, undefined> {
    const end = AbortSignal.any([signal, this.closing.signal]);
    const ended = (): boolean => end.aborted;
    let position = after;
    for (let failures = 1; !ended(); failures += 1) {
      try {
        for await (const item of this.follow(position, end)) {
          if (item.event !== null && types?.has(item.event.type) !== false) yield item.event;
          if (ended()) return;
          position = item.position;
          onRead?.(position);
          failures = 0;
        }
      } catch (error) {
        if (!mayHeal(error)) throw translateFault(error);
      }
      await pauseAfter(Math.max(failures, 1), end);
    }
  }

  /** Lets appends under way finish, and ends subscriptions. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.underWay);
    await this.client.close();
  }

  private async *follow(after: bigint, signal: AbortSignal): AsyncGenerator<Item, void, undefined> {
    let position = after;
    if (!isOfEvent(after)) {
      // The server follows events, not the places before them.
      for (const event of await this.readAfter(after, 1)) {
        yield itemOf(event);
        position = event.position;
      }
    }
    const record = position === 0n ? null : firstRecordAfter(position);
    for await (const followed of this.client.follow(this.prefix, record, signal)) {
      if ('event' in followed) yield itemOf(this.recorded(followed.event));
      else yield { event: null, position: positionOf(followed.nothingUpTo) };
    }
  }

  private async readAfter(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const count = limit + SPARE_RECORDS;
    let from = after === 0n ? null : firstRecordAfter(after);
    while (events.length < limit) {
      const records = await this.client.readAll({ from, count });
      const last = records.at(-1)?.commit ?? null;
      const isNew = ({ stream, commit }: ServerEvent): boolean =>
        this.isOurs(stream) && positionOf(commit) > (events.at(-1)?.position ?? after);
      for (const record of records) if (isNew(record)) events.push(this.recorded(record));
      if (records.length < count || last === from) break;
      from = last;
    }
    return events.slice(0, limit);
  }

  private async positionAt(stream: string, revision: bigint): Promise<bigint> {
    const [event] = await this.client.readStream(stream, { from: revision, count: 1 });
    if (event === undefined) throw new EventStoreUnavailable(`Stream ${stream} has lost its revision ${revision}`);
    return positionOf(event.commit);
  }

  /**
   * The server compares writers with what nobody can read before it is replicated and indexed. Whoever is refused loads the
   * stream and decides anew: that must not be in vain. Nothing is thrown: what was written may be lost with its server.
   */
  private async untilReadable(stream: string, revision: number): Promise<void> {
    if (revision === NO_REVISION) return;
    const look = async (): Promise<void> => {
      const [last] = await this.client.readStream(stream, { backwards: true, from: null, count: 1 });
      if (last === undefined || last.revision < revision) throw new NotReadableYet();
    };
    await this.persistently(look).catch(() => undefined);
  }

  private isOurs(stream: string): boolean {
    return stream.startsWith(this.prefix);
  }

  private recorded(event: ServerEvent): RecordedEvent {
    return fromServer(this.prefix, event);
  }

  private persistently<Result>(act: () => Promise<Result>): Promise<Result> {
    return persistently(act, this.retryMs, this.closing.signal);
  }

  private answer<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.closing.signal.aborted) return Promise.reject(new EventStoreUnavailable('The event store is closed'));
    const answer = act();
    this.underWay.add(answer);
    return answer.finally(() => this.underWay.delete(answer));
  }
}
