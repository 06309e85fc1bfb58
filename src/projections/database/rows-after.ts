import { expressionBuilder, sql } from 'kysely';
import type { Expression, SqlBool } from 'kysely';
import type { ReadModelDialect } from './read-model-dialect.js';

type SortValue = string | number;

/** A key that rows are sorted by, and the value of the row from which a page goes on. */
export type OrderStep = Readonly<{ column: Expression<SortValue>; value: SortValue; direction: 'asc' | 'desc' }>;

/** Of the dialect: in which form the database makes a range of an index. */
export type RowRanges = Pick<ReadModelDialect, 'rangesOverRows'>;

const expressions = expressionBuilder();
const OPERATORS = { asc: '>', desc: '<' } as const;

/** Whether a row comes after the values of all steps, in a form of which an index makes one range. */
export const isAfter = (steps: readonly OrderStep[], { rangesOverRows }: RowRanges): Expression<SqlBool> => {
  const oneWay = steps.every(({ direction }) => direction === steps[0]?.direction);
  return oneWay && rangesOverRows ? rowIsAfter(steps) : isAfterStepwise(steps);
};

/** One comparison of rows. */
const rowIsAfter = (steps: readonly OrderStep[]): Expression<SqlBool> => {
  const columns = sql.join(steps.map(({ column }) => column));
  const values = sql.join(steps.map(({ value }) => value));
  return sql<SqlBool>`(${columns}) ${sql.raw(OPERATORS[steps[0]?.direction ?? 'desc'])} (${values})`;
};

/**
 * For mixed directions, and for databases that make no range of rows: later in the first key, or equal in it and later in
 * the second, and so on. That nothing is earlier in the first key is said once more, for of that an index makes a range.
 */
const isAfterStepwise = (steps: readonly OrderStep[]): Expression<SqlBool> => {
  const after = expressions.or(
    steps.map(({ column, value, direction }, index) =>
      expressions.and([
        ...steps.slice(0, index).map((equal) => expressions(equal.column, '=', equal.value)),
        expressions(column, OPERATORS[direction], value),
      ]),
    ),
  );
  const [first] = steps;
  if (first === undefined) return after;
  return expressions.and([expressions(first.column, `${OPERATORS[first.direction]}=`, first.value), after]);
};
