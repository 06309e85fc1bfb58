import type { Kysely } from 'kysely';
import type { ProjectionTarget } from '../projection.js';
import type { QueryCache } from './query-cache.js';

export type Row = Readonly<Record<string, string | number | null>>;

/** Values per statement: few enough shapes to keep compiled, many enough to spare a remote database its round trips. */
const CHUNK = 50;
/** Characters per statement, unless a single row has more: servers take no statements of any length. */
const MAX_CHARACTERS = 2_000_000;

/** Writes rows into the tables of a projection. */
export class RowWriter {
  private readonly tables: Kysely<Record<string, Row>>;
  private readonly queries: QueryCache;
  private readonly rowsPerInsert: number;

  constructor(target: ProjectionTarget) {
    this.tables = target.tables.$pickTables<never>().$extendTables<Record<string, Row>>();
    this.queries = target.queries;
    this.rowsPerInsert = target.dialect.rowsPerInsert;
  }

  /** @param rows all with the same columns in the same order */
  async insert(table: string, rows: readonly Row[]): Promise<void> {
    for (const chunk of insertionsOf(rows, this.rowsPerInsert)) {
      const parameters = chunk.flatMap((row) => Object.values(row));
      await this.run(`insert ${table} ${chunk.length}`, parameters, () =>
        this.tables.insertInto(table).values([...chunk]),
      );
    }
  }

  /** Sets only what differs, so that the indexes of all other columns rest. */
  async update(table: string, key: string, before: Row, after: Row): Promise<void> {
    const changed = Object.entries(after).filter(([column, value]) => before[column] !== value);
    const parameters = [...changed.map(([, value]) => value), after[key]];
    const shape = `update ${table} ${changed.map(([column]) => column).join()}`;
    await this.run(shape, parameters, () =>
      this.tables
        .updateTable(table)
        .set(Object.fromEntries(changed))
        .where(key, '=', after[key] ?? null),
    );
  }

  /** Removes the row that has all these values. */
  async deleteRow(table: string, row: Row): Promise<void> {
    await this.run(`delete row ${table}`, Object.values(row), () =>
      this.tables.deleteFrom(table).where((is) => is.and({ ...row })),
    );
  }

  /** Removes all rows with one of these values in a column. */
  async deleteAll(table: string, column: string, values: readonly string[]): Promise<void> {
    for (const chunk of chunksOf(values)) {
      await this.run(`delete ${table} ${chunk.length}`, chunk, () =>
        this.tables.deleteFrom(table).where(column, 'in', chunk),
      );
    }
  }

  private run(
    shape: string,
    parameters: readonly unknown[],
    build: Parameters<QueryCache['execute']>[3],
  ): Promise<unknown> {
    return this.queries.execute(this.tables, shape, parameters, build);
  }
}

/** Cuts a list into pieces that one statement takes. */
export const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, n) => items.slice(n * CHUNK, (n + 1) * CHUNK));

/** Cuts rows into many, into as many as a chunk has, and into what is left: few shapes of statements. */
export function* insertionsOf(rows: readonly Row[], most: number): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length;) {
    const piece = [most, CHUNK, Math.min(CHUNK, rows.length - start)]
      .filter((size) => start + size <= rows.length)
      .map((size) => rows.slice(start, start + size))
      .find((candidate) => charactersOf(candidate) <= MAX_CHARACTERS);
    const insertion = piece ?? rows.slice(start, start + 1);
    yield insertion;
    start += insertion.length;
  }
}

const charactersOf = (rows: readonly Row[]): number =>
  rows.reduce((sum, row) => Object.values(row).reduce<number>((length, value) => length + lengthOf(value), sum), 0);

const lengthOf = (value: Row[string]): number => (typeof value === 'string' ? value.length : 0);
