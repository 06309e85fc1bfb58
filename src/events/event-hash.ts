import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { NewEvent, RecordedEvent } from './event-store.js';

/** SHA-256 (lower-case hex) over everything an event says. Its metadata names the hash before it, so hashes form a chain. */
export const eventHash = (stream: string, revision: number, event: NewEvent): string => {
  const { type, schemaVersion, id, data, metadata } = event;
  return hash('sha256', canonicalJson({ stream, revision, type, schemaVersion, id, data, metadata }));
};

/**
 * Checks the events of one stream, from its first on.
 * @returns the first revision that does not fit to what precedes it, or null. The last event is vouched for by none.
 */
export const verifyChain = (events: readonly RecordedEvent[]): number | null => {
  let previousHash: string | null = null;
  for (const [index, event] of events.entries()) {
    if (event.revision !== index || event.metadata.previousHash !== previousHash) return index;
    previousHash = eventHash(event.stream, event.revision, event);
  }
  return null;
};
