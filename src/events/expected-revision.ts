import type { ExpectedRevision } from './event-store.js';
import { WrongExpectedRevision } from './events.errors.js';

/** Revision of a stream that has no event. */
export const NO_REVISION = -1;

/** Used by adapters. @throws WrongExpectedRevision when `actual`, the stream's last revision, is not what the writer expects */
export const requireRevision = (stream: string, expected: ExpectedRevision, actual: number): void => {
  if (expected === 'any') return;
  if (actual === (expected === 'no_stream' ? NO_REVISION : expected)) return;
  throw wrongExpectedRevision(stream, expected, actual);
};

/** Used by adapters whose server compares revisions. */
export const wrongExpectedRevision = (
  stream: string,
  expected: ExpectedRevision,
  actual: number,
): WrongExpectedRevision => {
  const found = actual === NO_REVISION ? 'does not exist' : `is at revision ${actual}`;
  return new WrongExpectedRevision(`Stream ${stream} ${found}, expected was ${expected}`, { stream, expected, actual });
};

/** Used by adapters. An append of nothing has no revision or position to answer with. */
export const requireEvents = (stream: string, events: readonly unknown[]): void => {
  if (events.length === 0) throw new TypeError(`There is nothing to append to stream ${stream}`);
};
