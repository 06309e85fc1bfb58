import { imageEvents } from '../../events/contracts/image-events.js';
import { metadefEvents } from '../../events/contracts/metadef-events.js';
import { taskEvents } from '../../events/contracts/task-events.js';

/** Types of the events that are in feeds: all but those of the log about itself. */
export const FEED_EVENTS: ReadonlySet<string> = new Set(
  [imageEvents, taskEvents, metadefEvents].flatMap((events) => Object.keys(events)),
);

/** Conditions on a feed, joined by AND; null: none. */
export type EventFilters = Readonly<{
  /** Whose it is after the event: the image, the task, the namespace. */
  project: string | null;
  /** User who caused it. */
  actor: string | null;
  type: string | null;
  /** What happened to the image, and to tasks about it. */
  image: string | null;
  /**
   * Milliseconds since 1970, both inclusive. The log's clock counts, which never runs backwards: an event is as late as the
   * latest recorded up to it.
   */
  since: number | null;
  until: number | null;
}>;

export type EventQuery = Readonly<{
  filters: EventFilters;
  /** Only events of what belonged to this project; null: of all. */
  projectId: string | null;
  /** Position that the page begins behind; null: all. */
  after: bigint | null;
  direction: 'asc' | 'desc';
  limit: number;
}>;

/** Where an event is found. */
export type IndexedEvent = Readonly<{ position: bigint; stream: string; revision: number }>;

/** `reached`: there is nothing more up to this position, unless the page is full. */
export type IndexedPage = Readonly<{ events: readonly IndexedEvent[]; reached: bigint }>;

/** The log as it can be searched. */
export interface EventIndex {
  /** Knows all that had happened when it was called. */
  page(query: EventQuery): Promise<IndexedPage>;
  /** Position of the last event of all. */
  lastPosition(): Promise<bigint>;
  /** Resolves when something has happened after a position, or `signal` aborts. */
  changedAfter(position: bigint, signal: AbortSignal): Promise<void>;
}

/** NestJS token. */
export const EVENT_INDEX = Symbol('EventIndex');
