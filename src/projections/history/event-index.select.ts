import { expressionBuilder } from 'kysely';
import type { Compilable, Expression, Kysely, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { EventQuery } from './event-index.read-model.js';

type Database = Kysely<ReadModelTables>;
type Row = { position: number; stream: string; revision: number };

const indexed = expressionBuilder<ReadModelTables, 'event_index'>();

/** One page of a feed: a stretch of the log, along the index of what is asked for. */
export const selectEvents = (
  database: Database,
  query: EventQuery,
  stretch: Readonly<{ after: number; upTo: number }>,
): Compilable<Row> =>
  conditionsOf(query)
    .reduce(
      (rows, condition) => rows.where(condition),
      database.selectFrom('event_index').select(['position', 'stream', 'revision']),
    )
    .where('position', '>', stretch.after)
    .where('position', '<=', stretch.upTo)
    .orderBy('position', query.direction)
    .limit(query.limit);

function conditionsOf({ filters, projectId }: EventQuery): readonly Expression<SqlBool>[] {
  const { project, actor, type, image } = filters;
  return [
    ...(projectId === null ? [] : [indexed('project_id', '=', projectId)]),
    ...(project === null ? [] : [indexed('project_id', '=', project)]),
    ...(actor === null ? [] : [indexed('user_id', '=', actor)]),
    ...(type === null ? [] : [indexed('type', '=', type)]),
    ...(image === null ? [] : [indexed('image_id', '=', image)]),
  ];
}

/** The first event that is not before a time. */
export const selectFirstSince = (database: Database, time: number): Compilable<Pick<Row, 'position'>> =>
  database
    .selectFrom('event_index')
    .select('position')
    .where('clock', '>=', time)
    .orderBy('clock')
    .orderBy('position')
    .limit(1);

/** The last event that is not after a time. */
export const selectLastUntil = (database: Database, time: number): Compilable<Pick<Row, 'position'>> =>
  database
    .selectFrom('event_index')
    .select('position')
    .where('clock', '<=', time)
    .orderBy('clock', 'desc')
    .orderBy('position', 'desc')
    .limit(1);
