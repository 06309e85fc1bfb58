import { errorCodeOf } from '../../../kernel/error-code.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../../projections.errors.js';

/** What a network, or the driver on its behalf, says of a server that is away or went away. */
const AWAY = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|PROTOCOL_(CONNECTION_LOST|SEQUENCE_TIMEOUT))/;

/**
 * Numbers of errors that pass: too many connections or too much of something, a lock that was not got in time, a deadlock, a
 * shutdown, a disk that is full, a server that takes no writes, is offline or is not part of its cluster now, a statement that
 * took too long or was ended by an administrator.
 */
const MAY_HEAL = new Set([
  1021, 1026, 1037, 1038, 1040, 1041, 1047, 1053, 1078, 1079, 1114, 1129, 1203, 1205, 1206, 1213, 1226, 1290, 1317,
  1792, 1836, 1927, 1969, 3024, 3032, 3100, 3101, 4031,
]);

/** Credentials (somebody may change them), the database and the right to it: pass as well, but not at the start. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [1044, 'The user may not use the database'],
  [1045, 'The server refuses the user or password'],
  [1049, 'The server has no such database'],
  [1130, 'The server takes no connections from this machine'],
  [1142, 'The user may not do what is needed'],
  [1227, 'The user may not do what is needed'],
  [1698, 'The server refuses the user or password'],
  [1820, 'The password has expired'],
  [1862, 'The password has expired'],
  [3118, 'The account is locked'],
  [3159, 'The server takes encrypted connections only'],
  [4151, 'The account is locked'],
]);

const numberOf = (error: unknown): number | null =>
  typeof error === 'object' && error !== null && 'errno' in error && typeof error.errno === 'number'
    ? error.errno
    : null;

const isAway = (error: unknown): boolean =>
  AWAY.test(errorCodeOf(error) ?? '') ||
  isSocketMissing(error) ||
  (error instanceof AggregateError && error.errors.length > 0 && error.errors.every(isAway));

const isSocketMissing = (error: unknown): boolean =>
  errorCodeOf(error) === 'ENOENT' &&
  typeof error === 'object' &&
  error !== null &&
  'syscall' in error &&
  error.syscall === 'connect';

/** Whether a connection that failed this way may give the answer to one question for that to another. */
export const breaksConnection = (error: unknown): boolean =>
  isAway(error) || (typeof error === 'object' && error !== null && 'fatal' in error && error.fatal === true);

const mayHeal = (error: unknown): boolean => {
  const number = numberOf(error);
  return isAway(error) || (number !== null && (MAY_HEAL.has(number) || REFUSALS.has(number)));
};

/** The server's error as one of read models where trying again may help; anything else (a bug) stays what it is. */
export const translateFault = (error: unknown): Error => {
  if (error instanceof ReadModelUnavailable) return error;
  if (mayHeal(error)) return unavailable(error);
  return error instanceof Error ? error : new Error(String(error), { cause: error });
};

/** As `translateFault`, at the start: who is refused then has been told something wrong, and waiting does not help. */
export const translateOpenFault = (error: unknown): Error => {
  if (error instanceof ReadModelIncompatible || error instanceof ReadModelUnavailable) return error;
  const number = numberOf(error) ?? 0;
  if (isAway(error) || MAY_HEAL.has(number)) return unavailable(error);
  const said = REFUSALS.get(number) ?? 'The server cannot be used';
  return new ReadModelIncompatible(`${said}: ${reasonOf(error)}`, {}, { cause: error });
};

const unavailable = (error: unknown): ReadModelUnavailable => {
  const code = errorCodeOf(error);
  const details = code === null ? {} : { code };
  return new ReadModelUnavailable(`The read-model database failed: ${reasonOf(error)}`, details, { cause: error });
};

const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return Error.isError(error) ? error.message : String(error);
};
