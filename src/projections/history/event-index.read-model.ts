/** Conditions on a feed, joined by AND; null: none. */
export type EventFilters = Readonly<{
  /** Owner of the image after the event. */
  project: string | null;
  /** User who caused it. */
  actor: string | null;
  type: string | null;
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
  /** Only events of images that belonged to this project; null: of all. */
  projectId: string | null;
  /** Position that the page begins behind; null: all. */
  after: bigint | null;
  direction: 'asc' | 'desc';
  limit: number;
}>;

/** Where an event of an image is found. */
export type IndexedEvent = Readonly<{ position: bigint; imageId: string; revision: number }>;

/** `reached`: there is nothing more up to this position, unless the page is full. */
export type IndexedPage = Readonly<{ events: readonly IndexedEvent[]; reached: bigint }>;

/** The log of images as it can be searched. */
export interface EventIndex {
  /** Knows all that had happened when it was called. */
  page(query: EventQuery): Promise<IndexedPage>;
  /** Position of the last event of all. */
  lastPosition(): Promise<bigint>;
  /** Resolves when something has happened to an image after a position, or `signal` aborts. */
  changedAfter(position: bigint, signal: AbortSignal): Promise<void>;
}

/** NestJS token. */
export const EVENT_INDEX = Symbol('EventIndex');
