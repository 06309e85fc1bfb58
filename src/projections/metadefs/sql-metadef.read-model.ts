import { expressionBuilder } from 'kysely';
import type { Expression, Kysely, SqlBool } from 'kysely';
import { nameKey } from '../../events/contracts/metadef-evolve.js';
import { QueryCache } from '../database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import { detailsOf, summaryOf, typeOf } from './metadef-rows.js';
import { comesAfter, sortKeys } from './namespace-list.order.js';
import type {
  MetadefReadModel,
  MetadefResourceType,
  NamespaceDetails,
  NamespaceListQuery,
  NamespaceSummary,
} from './metadef.read-model.js';

const namespace = expressionBuilder<ReadModelTables, 'metadef_namespaces'>();

/** The read model of metadata definitions in SQL, the same for every database. */
export class SqlMetadefReadModel implements MetadefReadModel {
  private readonly queries = new QueryCache();
  private readonly tables: Kysely<ReadModelTables>;

  constructor(database: ReadModelDatabase) {
    this.tables = database.reader;
  }

  async find(name: string): Promise<NamespaceDetails | null> {
    const { rows } = await this.queries.execute(this.tables, 'find', [nameKey(name)], () =>
      this.tables.selectFrom('metadef_namespaces').select(['summary', 'content']).where('key', '=', nameKey(name)),
    );
    const [row] = rows;
    return row === undefined ? null : detailsOf(row);
  }

  async list(query: NamespaceListQuery): Promise<readonly NamespaceSummary[]> {
    if (query.limit <= 0 || query.resourceTypes?.length === 0) return [];
    const all = this.tables.selectFrom('metadef_namespaces').select('summary');
    const matching = conditionsOf(query).reduce((rows, condition) => rows.where(condition), all);
    const ordered = sortKeys(query.sort).reduce((rows, key) => rows.orderBy(key, query.sort.direction), matching);
    return (await ordered.limit(query.limit).execute()).map(summaryOf);
  }

  async resourceTypes(): Promise<readonly MetadefResourceType[]> {
    const rows = await this.tables
      .selectFrom('metadef_resource_types')
      .select('document')
      .orderBy('position')
      .execute();
    return rows.map(typeOf);
  }
}

const conditionsOf = ({
  viewer,
  visibility,
  resourceTypes,
  sort,
  after,
}: NamespaceListQuery): readonly Expression<SqlBool>[] => [
  ...(viewer.isAdmin ? [] : [isVisibleTo(viewer.projectId)]),
  ...(visibility === null ? [] : [namespace('visibility', '=', visibility)]),
  ...(resourceTypes === null ? [] : [isMeantFor(resourceTypes)]),
  ...(after === null ? [] : [comesAfter(sort, after)]),
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
