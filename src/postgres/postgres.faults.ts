import { errorCodeOf } from '../kernel/error-code.js';

/** What a network says of a server that is away. */
const AWAY = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/;
/** The same in words of the driver, which gives them no code. */
const AWAY_IN_WORDS = /^(connection terminated|timeout exceeded|query read timeout|timeout expired)|not queryable/i;

/**
 * Classes of SQLSTATE that pass: connection, credentials (somebody changes them), no such database, transaction rolled
 * back, resources, too busy (lock_not_available among them), operator, input and output. Of class 25 what a standby says.
 */
const MAY_HEAL = /^(08|28|3D|40|53|55|57|58|25006)/;
/** The server went away, or is about to, and what was sent may have been done; as SQLSTATE, code of the system, words. */
const CUT_OFF = /^(08|57P0[12])/;
const LOST = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT)$/;
const LOST_IN_WORDS = /^connection terminated( unexpectedly)?$|^query read timeout$|not queryable/i;
/** The server is there, but not for us yet. */
const STARTING_OR_FULL = /^(53|57|58|40|55)/;
const DAMAGED = /^XX00[12]$/;

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** An error of the server; anything else comes from the network, the driver, or a bug. */
export const sqlStateOf = (error: unknown): string | null => {
  const code = errorCodeOf(error);
  return code !== null && SQLSTATE.test(code) && !isAway(error) ? code : null;
};

const isAway = (error: unknown): boolean =>
  AWAY.test(errorCodeOf(error) ?? '') ||
  (Error.isError(error) && (AWAY_IN_WORDS.test(error.message) || isSocketMissing(error) || isEachAway(error)));

/** A server on a Unix socket. Only of connecting: a missing file of certificates is another matter. */
const isSocketMissing = (error: Error): boolean =>
  errorCodeOf(error) === 'ENOENT' && 'syscall' in error && error.syscall === 'connect';

/** A name with several addresses, none of which answers. */
const isEachAway = (error: Error): boolean =>
  error instanceof AggregateError && error.errors.length > 0 && error.errors.every(isAway);

/** Whether a statement that failed this way may have been carried out all the same. */
export const isInDoubt = (error: unknown): boolean =>
  CUT_OFF.test(sqlStateOf(error) ?? '') ||
  LOST.test(errorCodeOf(error) ?? '') ||
  (Error.isError(error) && LOST_IN_WORDS.test(error.message));

/** Whether trying again later may help. */
export const mayHeal = (error: unknown): boolean => isAway(error) || MAY_HEAL.test(sqlStateOf(error) ?? '');

/** Whether the server, or the way to it, is not there yet: at the start, anything else is for the operator to mend. */
export const mayHealAtStart = (error: unknown): boolean =>
  isAway(error) || STARTING_OR_FULL.test(sqlStateOf(error) ?? '');

/** Whether the server has found its own files to be broken. */
export const isDamage = (error: unknown): boolean => DAMAGED.test(sqlStateOf(error) ?? '');

/** By SQLSTATE, or its class. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28': 'The server refuses the user or password',
  '3D': 'The server has no such database',
  '42501': 'The user may not do what is needed',
};

/** Why a server cannot be used as it is named. */
export const refusalOf = (error: unknown): string => {
  const reason = reasonOf(error);
  const sqlState = sqlStateOf(error) ?? '';
  const known = REFUSALS[sqlState] ?? REFUSALS[sqlState.slice(0, 2)];
  const said = known ?? (reason.startsWith('SASL') ? 'The server wants a password' : 'The server cannot be used');
  return `${said}: ${reason}`;
};

/** What went wrong, in words. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return Error.isError(error) ? error.message : String(error);
};
