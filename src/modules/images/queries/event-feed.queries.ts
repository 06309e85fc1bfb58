import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import { EVENT_INDEX } from '../../../projections/history/event-index.read-model.js';
import type { EventFilters, EventIndex, EventQuery } from '../../../projections/history/event-index.read-model.js';
import { ImageHistoryQueries } from './image-history.queries.js';
import type { ToldEvent } from './image-history.queries.js';

/** `last` is the position of the last event that was looked at; null: the list ends here. */
export type FeedPage = Readonly<{ events: readonly ToldEvent[]; last: bigint | null }>;

/** Events that a stream reads at once. */
const STREAM_PAGE = 100;

/** What happened to all images that are the caller's to know of. */
@Injectable()
export class EventFeedQueries {
  constructor(
    @Inject(EVENT_INDEX) private readonly index: EventIndex,
    private readonly history: ImageHistoryQueries,
    private readonly policy: ImagePolicy,
  ) {}

  /** @throws ActionForbidden */
  async page(query: Omit<EventQuery, 'projectId'>, caller: Caller): Promise<FeedPage> {
    await this.policy.requireGeneral('get_events', caller);
    if (query.limit === 0 || !hasImages(caller)) return { events: [], last: null };
    const { events } = await this.index.page({ ...query, projectId: scopeOf(caller) });
    const last = events.length === query.limit ? events.at(-1)?.position : undefined;
    return { events: await this.history.tellOf(events, caller), last: last ?? null };
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
  ): AsyncGenerator<readonly ToldEvent[]> {
    let reached = after;
    while (!signal.aborted) {
      await this.policy.requireGeneral('get_events', caller);
      const query = { filters, after: reached, direction: 'asc', limit: STREAM_PAGE } as const;
      const page = await this.index.page({ ...query, projectId: scopeOf(caller) });
      const isFull = page.events.length === STREAM_PAGE;
      reached = isFull ? (page.events.at(-1)?.position ?? reached) : later(reached, page.reached);
      const events = hasImages(caller) ? await this.history.tellOf(page.events, caller) : [];
      if (events.length > 0) yield events;
      if (isFull) continue;
      const patience = AbortSignal.timeout(patienceMs);
      await this.index.changedAfter(reached, AbortSignal.any([signal, patience]));
      if (patience.aborted) yield [];
    }
  }
}

const later = (one: bigint, other: bigint): bigint => (one > other ? one : other);

const scopeOf = ({ isAdmin, projectId }: Caller): string | null => (isAdmin ? null : projectId);

/** Who is in no project has none to look at. */
const hasImages = ({ isAdmin, projectId }: Caller): boolean => isAdmin || projectId !== null;
