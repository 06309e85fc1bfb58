import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import { EVENT_INDEX } from '../../../projections/history/event-index.read-model.js';
import type {
  EventFilters,
  EventIndex,
  EventQuery,
  IndexedEvent,
} from '../../../projections/history/event-index.read-model.js';
import type { StreamMoment } from '../../../projections/history/stream-history.js';
import { imageIdOf, isImageStream } from '../../../projections/images/image-details.projection.js';
import { ImageHistoryQueries } from '../../images/queries/image-history.queries.js';
import type { ToldEvent } from '../../images/queries/image-history.queries.js';
import { StreamHistoryQueries } from './stream-history.queries.js';

/** An event of an image, or of something else. */
export type FeedEvent = Readonly<{ image: ToldEvent }> | Readonly<{ image: null; other: StreamMoment }>;

/** `last` is the position of the last event that was looked at; null: the list ends here. */
export type FeedPage = Readonly<{ events: readonly FeedEvent[]; last: bigint | null }>;

/** Events that a stream reads at once. */
const STREAM_PAGE = 100;

/** What happened to everything that is the caller's to know of. */
@Injectable()
export class EventFeedQueries {
  constructor(
    @Inject(EVENT_INDEX) private readonly index: EventIndex,
    private readonly images: ImageHistoryQueries,
    private readonly others: StreamHistoryQueries,
    private readonly policy: ImagePolicy,
  ) {}

  /** @throws ActionForbidden */
  async page(query: Omit<EventQuery, 'projectId'>, caller: Caller): Promise<FeedPage> {
    await this.policy.requireGeneral('get_events', caller);
    if (query.limit === 0 || !ownsAnything(caller)) return { events: [], last: null };
    const { events } = await this.index.page({ ...query, projectId: scopeOf(caller) });
    const last = events.length === query.limit ? events.at(-1)?.position : undefined;
    return { events: await this.tellOf(events, caller), last: last ?? null };
  }

  /**
   * Where a stream begins that asks for nothing that has happened already.
   * @throws ActionForbidden
   */
  async end(caller: Caller): Promise<bigint> {
    await this.policy.requireGeneral('get_events', caller);
    return this.index.lastPosition();
  }

  /**
   * Yields what happens after a position, in parts; an empty part is a sign of life. Ends when `signal` aborts, or when the
   * caller may not know any more.
   * @param patienceMs without news that long there is a sign of life
   */
  async *follow(
    filters: EventFilters,
    after: bigint,
    caller: Caller,
    signal: AbortSignal,
    patienceMs: number,
  ): AsyncGenerator<readonly FeedEvent[]> {
    let reached = after;
    while (!signal.aborted) {
      await this.policy.requireGeneral('get_events', caller);
      const query = { filters, after: reached, direction: 'asc', limit: STREAM_PAGE } as const;
      const page = await this.index.page({ ...query, projectId: scopeOf(caller) });
      const isFull = page.events.length === STREAM_PAGE;
      reached = isFull ? (page.events.at(-1)?.position ?? reached) : later(reached, page.reached);
      const events = ownsAnything(caller) ? await this.tellOf(page.events, caller) : [];
      if (events.length > 0) yield events;
      if (isFull) continue;
      const patience = AbortSignal.timeout(patienceMs);
      await this.index.changedAfter(reached, AbortSignal.any([signal, patience]));
      if (patience.aborted) yield [];
    }
  }

  private async tellOf(events: readonly IndexedEvent[], caller: Caller): Promise<readonly FeedEvent[]> {
    const ofImages = events.filter(({ stream }) => isImageStream(stream));
    const ofOthers = events.filter(({ stream }) => !isImageStream(stream));
    const images = await this.images.tellOf(
      ofImages.map(({ stream, revision }) => ({ imageId: imageIdOf(stream), revision })),
      caller,
    );
    const others = await this.others.tellOf(ofOthers, caller);
    const told = new Map<bigint, FeedEvent>([
      ...images.map((image) => [image.envelope.position, { image }] as const),
      ...others.map((other) => [other.envelope.position, { image: null, other }] as const),
    ]);
    return events.flatMap(({ position }) => told.get(position) ?? []);
  }
}

const later = (one: bigint, other: bigint): bigint => (one > other ? one : other);

const scopeOf = ({ isAdmin, projectId }: Caller): string | null => (isAdmin ? null : projectId);

/** Who is in no project has nothing to look at. */
const ownsAnything = ({ isAdmin, projectId }: Caller): boolean => isAdmin || projectId !== null;
