import { errorCodeOf } from '../../../kernel/error-code.js';
import { EventStoreUnavailable, InvalidStoredEvent } from '../../events.errors.js';

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const MAY_HEAL = /^SQLITE_(BUSY|FULL|IOERR|CANTOPEN|READONLY|LOCKED|NOMEM|PROTOCOL|PERM|AUTH)/;

/** An error of SQLite itself; `code` is its extended result code, e.g. `SQLITE_BUSY_SNAPSHOT`. */
export type SqliteFault = Readonly<{ code: string; message: string }>;

export const isSqliteFault = (error: unknown): error is SqliteFault =>
  errorCodeOf(error)?.startsWith('SQLITE_') === true;

/** Another process is writing. */
export const isBusy = (error: unknown): boolean => isSqliteFault(error) && error.code.startsWith('SQLITE_BUSY');

/** SQLite's error as one of the event store's; anything else (a bug) stays what it is. */
export const translateFault = (error: unknown): Error => {
  if (isSqliteFault(error)) {
    const { code, message } = error;
    const details = { sqliteCode: code };
    if (MAY_HEAL.test(code)) {
      return new EventStoreUnavailable(`The event store is unavailable: ${message}`, details, { cause: error });
    }
    if (DAMAGED.test(code)) {
      return new InvalidStoredEvent(`The event store's file is damaged: ${message}`, details, { cause: error });
    }
  }
  return error instanceof Error ? error : new Error(String(error), { cause: error });
};
