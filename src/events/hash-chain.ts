import { eventHash } from './event-hash.js';
import type { RecordedEvent } from './event-store.js';

/** Follows the chain of hashes through the events of one stream, from its first on. The last one is vouched for by none. */
export class HashChain {
  private nextRevision = 0;
  private previousHash: string | null = null;

  /** @returns in which ways the event does not fit to what precedes it */
  add(event: RecordedEvent): readonly string[] {
    const { stream, revision, metadata } = event;
    const problems = [
      ...(revision === this.nextRevision ? [] : [`revision ${revision} stands where ${this.nextRevision} should`]),
      ...(metadata.previousHash === this.previousHash ? [] : ['it does not carry the hash of the event before it']),
    ];
    this.nextRevision = revision + 1;
    this.previousHash = eventHash(stream, revision, event);
    return problems;
  }
}
