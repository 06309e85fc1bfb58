import { SqliteError } from 'better-sqlite3';
import { EventStoreUnavailable, InvalidStoredEvent } from '../../events.errors.js';

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const MAY_HEAL = /^SQLITE_(BUSY|FULL|IOERR|CANTOPEN|READONLY|LOCKED|NOMEM|PROTOCOL|PERM|AUTH)/;

/** Another process is writing. */
export const isBusy = (error: unknown): boolean => error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY');

/** SQLite's error as one of the event store's; anything else (a bug) stays what it is. */
export const translateFault = (error: unknown): Error => {
  if (error instanceof SqliteError) {
    const details = { sqliteCode: error.code };
    if (MAY_HEAL.test(error.code)) {
      return new EventStoreUnavailable(`The event store is unavailable: ${error.message}`, details, { cause: error });
    }
    if (DAMAGED.test(error.code)) {
      return new InvalidStoredEvent(`The event store's file is damaged: ${error.message}`, details, { cause: error });
    }
  }
  return error instanceof Error ? error : new Error(String(error), { cause: error });
};
