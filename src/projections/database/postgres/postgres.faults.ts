import { errorCodeOf } from '../../../kernel/error-code.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { mayHeal, mayHealAtStart, reasonOf, refusalOf } from '../../../postgres/postgres.faults.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../../projections.errors.js';

/** PostgreSQL's error as one of read models where trying again may help; anything else (a bug) stays what it is. */
export const translateFault = (error: unknown): Error => {
  if (mayHeal(error)) return unavailable(error);
  return error instanceof Error ? error : new Error(String(error), { cause: error });
};

/** As `translateFault`, at the start: who is refused then has been told something wrong, and waiting does not help. */
export const translateOpenFault = (error: unknown): Error => {
  if (error instanceof ReadModelIncompatible || error instanceof ReadModelUnavailable) return error;
  return mayHealAtStart(error) ? unavailable(error) : new ReadModelIncompatible(refusalOf(error), {}, { cause: error });
};

const unavailable = (error: unknown): DomainError => {
  const code = errorCodeOf(error);
  const details = code === null ? {} : { code };
  return new ReadModelUnavailable(`The read-model database failed: ${reasonOf(error)}`, details, { cause: error });
};
