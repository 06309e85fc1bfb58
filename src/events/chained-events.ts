import { randomUUIDv7 } from 'node:crypto';
import type { EncodedEvent } from './event-codec.js';
import { eventHash } from './event-hash.js';
import type { EventMetadata, NewEvent, RecordedEvent } from './event-store.js';

/**
 * Gives events that follow each other in a stream their ids and metadata; each names the hash of the one before it.
 * @param last the stream's last event, if it has any
 */
export function chainedEvents(
  stream: string,
  last: RecordedEvent | undefined,
  events: readonly EncodedEvent[],
  metadata: Omit<EventMetadata, 'previousHash'>,
): readonly NewEvent[] {
  let revision = last?.revision ?? -1;
  let previous: NewEvent | undefined = last;
  return events.map(({ type, schemaVersion, data }) => {
    const previousHash = previous === undefined ? null : eventHash(stream, revision, previous);
    previous = { id: randomUUIDv7(), type, schemaVersion, data, metadata: { ...metadata, previousHash } };
    revision += 1;
    return previous;
  });
}
