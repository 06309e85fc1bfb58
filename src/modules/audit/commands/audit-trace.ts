const HASH_LENGTH = 16;

/** One event in the trace of a checkpoint: enough to tell where a log differs, the chain tells whether it does. */
export const traceEntry = (position: bigint, entryHash: string): string =>
  `${position} ${entryHash.slice(0, HASH_LENGTH)}`;

export const tracedPosition = (entry: string): string => entry.slice(0, entry.indexOf(' '));
