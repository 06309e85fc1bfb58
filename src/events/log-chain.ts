import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { eventHash } from './event-hash.js';
import type { RecordedEvent } from './event-store.js';

/** All events of a log up to a position, as one hash. */
export type ChainState = Readonly<{ position: bigint; eventCount: number; hash: string }>;

/** Before the first event. */
export const CHAIN_START: ChainState = { position: 0n, eventCount: 0, hash: '0'.repeat(64) };

/** SHA-256 (lower-case hex) over everything an event says and its place in the log. */
export const entryHash = (event: RecordedEvent): string => {
  const { position, stream, revision } = event;
  return hash('sha256', canonicalJson([String(position), stream, revision, eventHash(stream, revision, event)]));
};

/**
 * One event further. Of positions it counts only that they are what they were, so they may have gaps.
 * @param entry the event's `entryHash`
 */
export const chained = (state: ChainState, event: RecordedEvent, entry = entryHash(event)): ChainState => ({
  position: event.position,
  eventCount: state.eventCount + 1,
  hash: hash('sha256', state.hash + entry),
});
