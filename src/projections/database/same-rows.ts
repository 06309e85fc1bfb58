import type { Row } from './row-writer.js';

/**
 * Whether two sets of rows say the same, in whatever order they stand.
 * @param documents columns that are left out: their text may be another one for the same meaning
 */
export const sameRows = (some: readonly Row[], others: readonly Row[], documents: readonly string[]): boolean =>
  textOf(some, documents) === textOf(others, documents);

/** Numbers as text, as some databases answer. */
const textOf = (rows: readonly Row[], documents: readonly string[]): string =>
  JSON.stringify(
    rows
      .map((row) =>
        Object.entries(row)
          .filter(([column]) => !documents.includes(column))
          .map(columnText)
          .toSorted()
          .join(),
      )
      .toSorted(),
  );

const columnText = ([column, value]: readonly [string, Row[string]]): string =>
  `${column} ${JSON.stringify(typeof value === 'number' ? String(value) : value)}`;
