import { eventHash } from '../../../src/events/event-hash.js';
import type { RecordedEvent } from '../../../src/events/event-store.js';
import { HashChain } from '../../../src/events/hash-chain.js';
import { newEvent } from '../../support/new-event.js';

const UNBROKEN = -1;

/** Index of the first event that does not fit to those before it. */
const firstBreak = (events: readonly RecordedEvent[]): number => {
  const chain = new HashChain();
  return events.findIndex((event) => chain.add(event).length > 0);
};

const chainOf = (length: number): RecordedEvent[] => {
  const chain: RecordedEvent[] = [];
  for (let revision = 0; revision < length; revision += 1) {
    const previous = chain.at(-1);
    const previousHash = previous === undefined ? null : eventHash('stream', previous.revision, previous);
    const plain = newEvent({ data: { revision } });
    const event = { ...plain, metadata: { ...plain.metadata, previousHash } };
    chain.push({ ...event, stream: 'stream', revision, position: BigInt(revision + 1) });
  }
  return chain;
};

describe('a chain of hashes', () => {
  it('holds in an untouched stream', () => {
    expect(firstBreak(chainOf(5))).toBe(UNBROKEN);
  });

  it.each<[string, (chain: RecordedEvent[]) => RecordedEvent[], number]>([
    ['data was altered', (chain) => chain.with(2, { ...chain[2]!, data: { revision: 9 } }), 3],
    [
      'the actor was altered',
      (chain) => chain.with(0, withMetadata(chain[0]!, { actor: newEvent().metadata.actor, requestId: 'x' })),
      1,
    ],
    ['a hash was altered', (chain) => chain.with(3, withMetadata(chain[3]!, { previousHash: 'f'.repeat(64) })), 3],
    ['a hash was removed', (chain) => chain.with(1, withMetadata(chain[1]!, { previousHash: null })), 1],
    ['an event was removed', (chain) => chain.toSpliced(2, 1), 2],
    ['the first event was removed', (chain) => chain.slice(1), 0],
    [
      'an event was removed and the rest moved up',
      (chain) => chain.toSpliced(2, 1).map((it, revision) => ({ ...it, revision })),
      2,
    ],
    [
      'two events were exchanged',
      (chain) => chain.with(1, { ...chain[2]!, revision: 1 }).with(2, { ...chain[1]!, revision: 2 }),
      1,
    ],
  ])('breaks at the first event that does not fit when %s', (_, tamper, expected) => {
    expect(firstBreak(tamper(chainOf(5)))).toBe(expected);
  });
});

const withMetadata = (event: RecordedEvent, change: Partial<RecordedEvent['metadata']>): RecordedEvent => ({
  ...event,
  metadata: { ...event.metadata, ...change },
});
