import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { ReadModelDialect } from '../read-model-dialect.js';

/** What MySQL and MariaDB have each their own way for. */
export type MysqlFlavour = Readonly<{
  name: 'MySQL' | 'MariaDB';
  /** Compares texts byte by byte, spaces at the end included. */
  collation: string;
  /** Ends a statement that takes too long. */
  statementLimit: (ms: number) => string;
}>;

export const MARIADB: MysqlFlavour = {
  name: 'MariaDB',
  collation: 'utf8mb4_nopad_bin',
  statementLimit: (ms) => `max_statement_time = ${ms / 1000}`,
};

export const MYSQL: MysqlFlavour = {
  name: 'MySQL',
  collation: 'utf8mb4_0900_bin',
  statementLimit: (ms) => `max_execution_time = ${ms}`,
};

/** The longest names that may be in one index are 255 characters of 4 bytes: its keys have 3072 bytes at most. */
export const dialectOf = ({ collation }: MysqlFlavour): ReadModelDialect => {
  const text = (type: string): RawBuilder<unknown> => sql.raw(`${type} character set utf8mb4 collate ${collation}`);
  return {
    columns: {
      key: text('varchar(255)'),
      word: text('varchar(64)'),
      text: text('longtext'),
      integer: 'bigint',
      flag: 'smallint',
    },
    narrowTable: null,
    rowsPerInsert: 500,
    conflictClause: 'on duplicate key',
    mergesSortedParts: false,
    rangesOverRows: false,
    partialIndexes: false,
    replaceTables: async (transaction, replacements) => {
      const gone = replacements.map(({ inUse }) => `${inUse}__old`);
      for (const table of gone) await transaction.schema.dropTable(table).ifExists().execute();
      const renames = replacements.map(
        ({ fresh, inUse }) =>
          sql`${sql.table(inUse)} to ${sql.table(`${inUse}__old`)}, ${sql.table(fresh)} to ${sql.table(inUse)}`,
      );
      await sql`rename table ${sql.join(renames)}`.execute(transaction); // all at once, or none
      for (const table of gone) await transaction.schema.dropTable(table).execute();
    },
  };
};
