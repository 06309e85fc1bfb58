import { expressionBuilder } from 'kysely';
import type { Expression, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { RowRanges } from '../database/rows-after.js';
import { comesAfter } from './task-list.order.js';
import type { TaskListQuery, TaskViewer } from './task.read-model.js';

type Condition = Expression<SqlBool>;

const FILTER_COLUMNS = ['type', 'status', 'owner', 'image_id', 'request_id', 'user_id'] as const;

const task = expressionBuilder<ReadModelTables, 'tasks'>();

/** What holds for every row of a list, whoever looks. */
export const listConditions = (
  { filters, sort, after, now }: TaskListQuery,
  ranges: RowRanges,
): readonly Condition[] => [
  isUnexpired(now),
  ...FILTER_COLUMNS.flatMap((column) => {
    const value = filters[column];
    return value === undefined ? [] : [task(`tasks.${column}`, '=', value)];
  }),
  ...(after === null ? [] : [comesAfter(sort, after, ranges)]),
];

export const isUnexpired = (now: string): Condition =>
  task.or([task('tasks.expires_at', 'is', null), task('tasks.expires_at', '>', Date.parse(now))]);

/** What a viewer gets to see: parts of all tasks that have none in common, each of them one range of an index. */
export const audiencesOf = ({ projectId, isAdmin }: TaskViewer): readonly [Condition, ...Condition[]] => {
  if (isAdmin) return [task.lit(true)];
  const nobodys = task('tasks.owner', 'is', null);
  return projectId === null ? [nobodys] : [nobodys, task('tasks.owner', '=', projectId)];
};

export const isVisibleTo = (viewer: TaskViewer): Condition => task.or([...audiencesOf(viewer)]);
