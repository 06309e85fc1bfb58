import { EventStoreUnavailable } from '../../events.errors.js';

/** By the client's names. In each case another node, or this one in a moment, may do what was asked for. */
const HEALING = new Set(['unavailable', 'cancelled', 'timeout', 'deadline-exceeded', 'not-leader']);
/** By gRPC's numbers: exhausted resources, and connections that broke within a message. */
const HEALING_STATUSES = new Set([8, 13, 14]);
const ACCESS_STATUSES = new Set([7, 16]);
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

/** The server ended a subscription. */
export class SubscriptionEnded extends Error {
  readonly type = 'cancelled';
}

/** Whether to try again makes sense. */
export const mayHeal = (error: unknown): boolean => {
  const { type, code, message } = faultOf(error);
  return (
    HEALING.has(String(type)) ||
    (typeof code === 'number' && HEALING_STATUSES.has(code)) ||
    HEALING_MESSAGE.test(String(message))
  );
};

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
  const fault = error instanceof Error ? error : new Error(String(error), { cause: error });
  if (!mayHeal(error)) return fault;
  return new EventStoreUnavailable(`The event store is unavailable: ${fault.message}`, {}, { cause: error });
};
