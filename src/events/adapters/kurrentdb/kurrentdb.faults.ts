import { EventsTooLarge, EventStoreUnavailable } from '../../events.errors.js';

/** By the client's names. In each case another node, or this one in a moment, may do what was asked for. */
const HEALING = new Set(['unavailable', 'cancelled', 'timeout', 'deadline-exceeded', 'not-leader']);
/**
 * By gRPC's numbers: what the server says of errors of its own and of a leader that it does not know, exhausted resources, and
 * connections that broke within a message.
 */
const HEALING_STATUSES = new Set([2, 8, 13, 14]);
const ACCESS_STATUSES = new Set([7, 16]);
/** Of an append, of an event in it (the client has no name for that), and of a message. */
const TOO_LARGE = /^3 .*Maximum Append (Event )?Size of|^8 .*message (larger than max|exceeds the maximum)/s;
const UNIMPLEMENTED = 12;
/** What the client throws without a type when it finds no cluster, or has just closed what it was about to use. */
const HEALING_MESSAGE = /^Failed to discover|channel has been (shut ?down|closed)/i;

type Fault = Readonly<{ type?: unknown; code?: unknown; message?: unknown }>;

const faultOf = (error: unknown): Fault => (typeof error === 'object' && error !== null ? error : {});

/** The server did not answer in time. */
export class NoAnswer extends Error {
  readonly type = 'deadline-exceeded';

  constructor(timeoutMs: number) {
    super(`there was no answer for ${timeoutMs} ms`);
  }
}

/** What is written cannot be read yet. */
export class NotReadableYet extends Error {
  readonly type = 'unavailable';
}

/** The server ended a subscription. */
export class SubscriptionEnded extends Error {
  readonly type = 'cancelled';
}

/** Whether to try again makes sense. */
export const mayHeal = (error: unknown): boolean => {
  const { type, code, message } = faultOf(error);
  if (isTooLarge(error)) return false;
  return (
    HEALING.has(String(type)) ||
    (typeof code === 'number' && HEALING_STATUSES.has(code)) ||
    HEALING_MESSAGE.test(String(message))
  );
};

/** The server takes no append of that size. */
const isTooLarge = (error: unknown): boolean => TOO_LARGE.test(String(faultOf(error).message));

/** The server does not believe the credentials, or they do not suffice. */
export const isAccessDenied = (error: unknown): boolean => {
  const { type, code } = faultOf(error);
  return type === 'access-denied' || (typeof code === 'number' && ACCESS_STATUSES.has(code));
};

/** The server speaks gRPC, but knows nothing of what it is asked for. */
export const isUnimplemented = (error: unknown): boolean => faultOf(error).code === UNIMPLEMENTED;

/** The client's error as one of the event store's; anything else (a bug) stays what it is. */
export const translateFault = (error: unknown): Error => {
  if (isAccessDenied(error)) {
    return new EventStoreUnavailable('The event store refuses the credentials', {}, { cause: error });
  }
  if (isTooLarge(error)) {
    const problem = String(faultOf(error).message).replace(/^\d+ [A-Z_]+: /, '');
    return new EventsTooLarge(`The event store does not take that much at once: ${problem}`, {}, { cause: error });
  }
  const fault = error instanceof Error ? error : new Error(String(error), { cause: error });
  if (!mayHeal(error)) return fault;
  return new EventStoreUnavailable(`The event store is unavailable: ${fault.message}`, {}, { cause: error });
};
