import { setImmediate, setTimeout } from 'node:timers/promises';
import type { RecordedEvent } from '../event-store.js';
import type { ChangeWatcher } from './change-watcher.js';

const BATCH_SIZE = 500;
/** Appends come in bursts: one read after a moment serves many of them, where one each would slow the writers down. */
const COALESCE_MS = 10;

type ReadAfter = (position: bigint, limit: number) => readonly RecordedEvent[];

/** A subscription over a synchronous reader: everything after a position, then whatever comes, until `signal` aborts. */
export async function* followEvents(
  read: ReadAfter,
  changes: ChangeWatcher,
  after: bigint,
  signal: AbortSignal,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const ended = (): boolean => signal.aborted;
  let position = after;
  while (!ended()) {
    const seen = changes.version(); // before reading: an append in between ends the wait below at once
    const events = read(position, BATCH_SIZE);
    for (const event of events) {
      yield event;
      if (ended()) return;
      position = event.position;
    }
    // A long replay must let the process do other things, too; a batch that is not full was the end of it.
    if (events.length === BATCH_SIZE) await setImmediate();
    else await changes.changedSince(seen, signal).then(() => pause(signal));
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  setTimeout(COALESCE_MS, undefined, { signal }).catch(() => undefined);
