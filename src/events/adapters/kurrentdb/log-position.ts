/**
 * Positions of this port, made from those of the server. The server knows an event by the byte at which its record begins,
 * and refuses to read from any other byte. A position is twice that number plus two: 0 is before everything, even numbers
 * are events, and the odd number before each is the place just before it.
 */
export const positionOf = (commit: bigint): bigint => commit * 2n + 2n;

/** The record that a read after a position above 0 begins with: the event that has the position, or the one just after it. */
export const firstRecordAfter = (position: bigint): bigint => (position - 1n) / 2n;

/** False for the place just before an event. */
export const isOfEvent = (position: bigint): boolean => position % 2n === 0n;
