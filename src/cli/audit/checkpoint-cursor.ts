import type { RecordedEvent } from '../../events/event-store.js';
import type { ChainState } from '../../events/log-chain.js';
import { traceEntry, tracedPosition } from '../../modules/audit/commands/audit-trace.js';
import { eventMisfit } from './misfit.js';
import type { SignedCheckpoint } from './signed-checkpoints.js';

/**
 * Follows checkpoints beside a walk through the log from its first event on. Of a series of checkpoints some may be missing,
 * as from a file that was begun late: each has the hash of all that came before it.
 */
export class CheckpointCursor {
  /** Checkpoints that the log fits to. */
  passed = 0;
  /** The last of these that is signed with a key somebody trusts: it vouches for all before it. */
  vouching: SignedCheckpoint | null = null;
  private doubtful: SignedCheckpoint | null = null;
  private current: SignedCheckpoint | null = null;

  constructor(private readonly checkpoints: AsyncIterator<SignedCheckpoint>) {}

  /**
   * @param entry the event's `entryHash`
   * @param chain the log up to this event
   * @returns whether a checkpoint covers the event
   * @throws MisfitFound
   */
  async add(event: RecordedEvent, entry: string, chain: ChainState): Promise<boolean> {
    const checkpoint = await this.covering(chain.eventCount);
    if (checkpoint === null) return false;
    const traced = tracedBy(checkpoint, chain.eventCount);
    if (traced !== undefined) requireTraced(traced, event, entry);
    if (chain.eventCount === checkpoint.data.eventCount) this.pass(checkpoint, event, chain);
    return true;
  }

  /**
   * To be called behind the last event.
   * @throws MisfitFound when there should be more, or when nobody vouches for the last checkpoints
   */
  async end(last: RecordedEvent | null, eventCount: number): Promise<void> {
    const checkpoint = await this.covering(eventCount + 1);
    if (checkpoint !== null) {
      const traced = tracedBy(checkpoint, eventCount + 1);
      const missing = traced === undefined ? `all up to position ${checkpoint.data.position}` : positionText(traced);
      const problem = `the log ends here, and what came after it is missing: ${missing}`;
      throw last === null ? checkpoint.misfit('the log that it was signed for is gone') : eventMisfit(last, problem);
    }
    const { doubtful } = this;
    if (doubtful !== null)
      throw doubtful.misfit(`nobody vouches for the key that it is signed with, ${doubtful.data.keyId}`);
  }

  /** The next checkpoint that says something of the event with this number, counted from 1. */
  private async covering(eventNumber: number): Promise<SignedCheckpoint | null> {
    while (this.current === null || this.current.data.eventCount < eventNumber) {
      const next = await this.checkpoints.next();
      if (next.done === true) return null;
      this.current = next.value;
    }
    return this.current;
  }

  private pass(checkpoint: SignedCheckpoint, event: RecordedEvent, chain: ChainState): void {
    const { chainHash, position, signedAt } = checkpoint.data;
    if (chain.hash !== chainHash || String(chain.position) !== position) {
      throw eventMisfit(event, `the log up to here is not the one of which a checkpoint was signed at ${signedAt}`);
    }
    this.passed += 1;
    if (checkpoint.isTrusted) [this.vouching, this.doubtful] = [checkpoint, null];
    else this.doubtful ??= checkpoint;
  }
}

const tracedBy = ({ data: { trace, eventCount } }: SignedCheckpoint, eventNumber: number): string | undefined =>
  trace[trace.length - 1 - (eventCount - eventNumber)];

const positionText = (traced: string): string => `the event of position ${tracedPosition(traced)}`;

function requireTraced(traced: string, event: RecordedEvent, entry: string): void {
  if (traced === traceEntry(event.position, entry)) return;
  const expected = BigInt(tracedPosition(traced));
  if (event.position > expected)
    throw eventMisfit(event, `${positionText(traced)} should be before it, and is missing`);
  if (event.position < expected) throw eventMisfit(event, 'it was not in the log when the log was signed');
  throw eventMisfit(event, 'it is not what was signed: the event, or its place, was altered');
}
