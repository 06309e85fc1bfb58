import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import type { NewEvent } from './event-store.js';

/** SHA-256 (lower-case hex) over everything an event says. Its metadata names the hash before it, so hashes form a chain. */
export const eventHash = (stream: string, revision: number, event: NewEvent): string => {
  const { type, schemaVersion, id, data, metadata } = event;
  return hash('sha256', canonicalJson({ stream, revision, type, schemaVersion, id, data, metadata }));
};
