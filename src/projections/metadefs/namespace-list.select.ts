import { expressionBuilder } from 'kysely';
import type { Compilable, Expression, Kysely, SqlBool } from 'kysely';
import { nameKey } from '../../events/contracts/metadef-evolve.js';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { RowRanges } from '../database/rows-after.js';
import { comesAfter, sortKeys } from './namespace-list.order.js';
import type { NamespaceListQuery } from './metadef.read-model.js';

const namespace = expressionBuilder<ReadModelTables, 'metadef_namespaces'>();

/** One page of a list. */
export const selectPage = (
  database: Kysely<ReadModelTables>,
  query: NamespaceListQuery,
  ranges: RowRanges,
): Compilable<{ summary: string }> => {
  const all = database.selectFrom('metadef_namespaces').select('summary');
  const matching = conditionsOf(query, ranges).reduce((rows, condition) => rows.where(condition), all);
  return sortKeys(query.sort)
    .reduce((rows, key) => rows.orderBy(key, query.sort.direction), matching)
    .limit(query.limit);
};

const conditionsOf = (
  { viewer, visibility, resourceTypes, sort, after }: NamespaceListQuery,
  ranges: RowRanges,
): readonly Expression<SqlBool>[] => [
  ...(viewer.isAdmin ? [] : [isVisibleTo(viewer.projectId)]),
  ...(visibility === null ? [] : [namespace('visibility', '=', visibility)]),
  ...(resourceTypes === null ? [] : [isMeantFor(resourceTypes)]),
  ...(after === null ? [] : [comesAfter(sort, after, ranges)]),
];

const isVisibleTo = (projectId: string | null): Expression<SqlBool> => {
  const isPublic = namespace('visibility', '=', 'public');
  return projectId === null ? isPublic : namespace.or([isPublic, namespace('owner', '=', projectId)]);
};

const isMeantFor = (types: readonly string[]): Expression<SqlBool> =>
  namespace(
    'key',
    'in',
    namespace
      .selectFrom('metadef_associations')
      .select('metadef_associations.namespace_key')
      .where('metadef_associations.type_key', 'in', [...new Set(types.map(nameKey))]),
  );
