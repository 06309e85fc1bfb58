import type { RecordedEvent } from '../../events/event-store.js';
import { HashChain } from '../../events/hash-chain.js';
import type { Finding } from './finding.js';
import { problemOf } from './finding.js';

/** Goes through one stream, event by event, while its chain of hashes is checked. */
export class StreamCheck {
  /** Whether nothing more can be concluded from the stream. */
  broken = false;
  private readonly chain = new HashChain();

  /**
   * @param read throws what is wrong with the event; not called any more once it has thrown
   * @returns what is wrong with the event
   */
  add(envelope: RecordedEvent, read: () => void): readonly Finding[] {
    const subject = `${envelope.stream}#${envelope.revision}`;
    const chain: readonly Finding[] = this.chain.add(envelope).map((problem) => ({ check: 'chain', subject, problem }));
    return [...chain, ...this.read(subject, read)];
  }

  private read(subject: string, read: () => void): readonly Finding[] {
    if (this.broken) return [];
    try {
      read();
      return [];
    } catch (error) {
      this.broken = true;
      return [{ check: 'event', subject, problem: problemOf(error) }];
    }
  }
}
