import { expressionBuilder, sql } from 'kysely';
import type { AliasableExpression, Expression, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import { isAfter } from '../database/rows-after.js';
import type { RowRanges } from '../database/rows-after.js';
import type { TaskDetails, TaskListQuery, TaskSortKey } from './task.read-model.js';

type SortValue = string | number;

const task = expressionBuilder<ReadModelTables, 'tasks'>();

/** What each key compares: never null, so that no page loses the rows without a value. */
const COLUMNS: Readonly<Record<TaskSortKey, AliasableExpression<SortValue>>> = {
  id: task.ref('tasks.id'),
  type: task.ref('tasks.type'),
  status: task.ref('tasks.status'),
  owner: task.fn.coalesce('tasks.owner', sql.lit('')),
  expires_at: task.fn.coalesce('tasks.expires_at', sql.lit(0)),
  created_at: task.ref('tasks.created_at'),
  updated_at: task.ref('tasks.updated_at'),
  image_id: task.fn.coalesce('tasks.image_id', sql.lit('')),
  request_id: task.fn.coalesce('tasks.request_id', sql.lit('')),
  user_id: task.fn.coalesce('tasks.user_id', sql.lit('')),
};

const VALUES: Readonly<Record<TaskSortKey, (of: TaskDetails) => SortValue>> = {
  id: ({ id }) => id,
  type: ({ type }) => type,
  status: ({ status }) => status,
  owner: ({ owner }) => owner ?? '',
  expires_at: ({ expiresAt }) => (expiresAt === null ? 0 : Date.parse(expiresAt)),
  created_at: ({ createdAt }) => Date.parse(createdAt),
  updated_at: ({ updatedAt }) => Date.parse(updatedAt),
  image_id: ({ imageId }) => imageId ?? '',
  request_id: ({ requestId }) => requestId ?? '',
  user_id: ({ userId }) => userId ?? '',
};

/** What a row is sorted by under this key. */
export const sortColumn = (key: TaskSortKey): AliasableExpression<SortValue> => COLUMNS[key];

/** The keys that make the order total; all go in the direction of the first. */
export const sortKeys = ({ key }: TaskListQuery['sort']): readonly TaskSortKey[] => {
  if (key === 'id') return ['id'];
  return key === 'created_at' ? ['created_at', 'id'] : [key, 'created_at', 'id'];
};

/** Whether a row comes after this task. */
export const comesAfter = (
  sort: TaskListQuery['sort'],
  marker: TaskDetails,
  ranges: RowRanges,
): Expression<SqlBool> => {
  const { direction } = sort;
  const steps = sortKeys(sort).map((key) => ({ column: sortColumn(key), value: VALUES[key](marker), direction }));
  return isAfter(steps, ranges);
};
