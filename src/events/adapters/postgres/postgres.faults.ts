import {
  isDamage,
  mayHeal,
  mayHealAtStart,
  reasonOf,
  refusalOf,
  sqlStateOf,
} from '../../../postgres/postgres.faults.js';
import { EventStoreIncompatible, EventStoreUnavailable, InvalidStoredEvent } from '../../events.errors.js';

/** PostgreSQL's error as one of the event store's; anything else (a bug) stays what it is. */
export const translateFault = (error: unknown): Error => {
  const sqlState = sqlStateOf(error);
  const details = sqlState === null ? {} : { sqlState };
  if (mayHeal(error)) {
    return new EventStoreUnavailable(`The event store is unavailable: ${reasonOf(error)}`, details, { cause: error });
  }
  if (isDamage(error)) {
    return new InvalidStoredEvent(`The event store is damaged: ${reasonOf(error)}`, details, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error), { cause: error });
};

/** As `translateFault`, at the start: who is refused then has been told something wrong, and waiting does not help. */
export const translateOpenFault = (error: unknown): Error => {
  if (error instanceof EventStoreIncompatible || error instanceof EventStoreUnavailable) return error;
  return mayHealAtStart(error)
    ? translateFault(error)
    : new EventStoreIncompatible(refusalOf(error), {}, { cause: error });
};
