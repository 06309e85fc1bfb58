import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { errorCodeOf } from '../../../kernel/error-code.js';
import { ReadModelUnavailable } from '../../projections.errors.js';
import { dropAndRename } from '../drop-and-rename.js';
import type { ReadModelDialect, SchemaTransaction, TableReplacement } from '../read-model-dialect.js';

const TEXT = sql`text collate "C"`;

/** Shorter than the second after which the server ends a deadlock by refusing one of those in it: no reader is to be that. */
const TABLE_LOCK_MS = 300;
const TABLE_LOCK_ATTEMPTS = 30;
const LOCK_NOT_AVAILABLE = '55P03';

export const POSTGRES: ReadModelDialect = {
  columns: { key: TEXT, word: TEXT, text: TEXT, integer: 'bigint', flag: 'smallint' },
  narrowTable: null,
  rowsPerInsert: 500,
  conflictClause: 'on conflict',
  mergesSortedParts: false,
  rangesOverRows: true,
  partialIndexes: true,
  replaceTables: async (transaction, replacements) => {
    await lockTables(transaction, replacements);
    await dropAndRename(transaction, replacements);
  },
};

/**
 * Waits until nobody reads the tables that go. Readers lock tables in the order of their query, so that some may wait for one
 * table and keep another: then they go first, and this tries again.
 */
async function lockTables(transaction: SchemaTransaction, replacements: readonly TableReplacement[]): Promise<void> {
  const tables = sql.join(replacements.map(({ inUse }) => sql.table(inUse)));
  await sql`set local lock_timeout to ${sql.lit(TABLE_LOCK_MS)}`.execute(transaction);
  for (let attempt = 1; ; attempt += 1) {
    await sql`savepoint before_lock`.execute(transaction);
    try {
      await sql`lock table ${tables} in access exclusive mode`.execute(transaction);
      return;
    } catch (error) {
      if (!isLockTimeout(error) || attempt === TABLE_LOCK_ATTEMPTS) throw error;
      await sql`rollback to savepoint before_lock`.execute(transaction);
      await delay(attempt);
    }
  }
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof ReadModelUnavailable && errorCodeOf(error.cause) === LOCK_NOT_AVAILABLE;
