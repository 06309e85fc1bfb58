import { setImmediate, setTimeout } from 'node:timers/promises';
import type { RecordedEvent, SubscribeOptions } from '../event-store.js';
import type { ChangeWatcher } from './change-watcher.js';

/** Appends come in bursts: one read after a moment serves many of them, where one each would slow the writers down. */
const COALESCE_MS = 10;

/** What is wanted of a stretch of the log that reaches to the position `end`; `isLast`: there was no more at the time. */
export type LogPart = Readonly<{ events: readonly RecordedEvent[]; end: bigint; isLast: boolean }>;

/**
 * A subscription over a reader: what is wanted after a position, then whatever comes, until `signal` aborts.
 * @param read the part of the log after a position, without what is not wanted
 */
export async function* followEvents(
  read: (after: bigint) => LogPart | Promise<LogPart>,
  changes: ChangeWatcher,
  after: bigint,
  signal: AbortSignal,
  { types, onRead }: SubscribeOptions,
): AsyncGenerator<RecordedEvent, void, undefined> {
  const ended = (): boolean => signal.aborted;
  let position = after;
  while (!ended()) {
    const seen = changes.version(); // before reading: an append in between ends the wait below at once
    const { events, end, isLast } = await read(position);
    for (const event of events) {
      yield event;
      if (ended()) return;
    }
    position = end;
    onRead?.(end);
    // A long replay must let the process do other things, too.
    if (!isLast) await setImmediate();
    else await changes.changedSince(seen, signal, types).then(() => pause(signal));
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  setTimeout(COALESCE_MS, undefined, { signal }).catch(() => undefined);
