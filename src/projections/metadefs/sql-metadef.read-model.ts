import type { Kysely } from 'kysely';
import { nameKey } from '../../events/contracts/metadef-evolve.js';
import { QueryCache } from '../database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { detailsOf, summaryOf, typeOf } from './metadef-rows.js';
import { selectPage } from './namespace-list.select.js';
import type {
  MetadefReadModel,
  MetadefResourceType,
  NamespaceDetails,
  NamespaceListQuery,
  NamespaceSummary,
} from './metadef.read-model.js';

/** The read model of metadata definitions in SQL, the same for every database. */
export class SqlMetadefReadModel implements MetadefReadModel {
  private readonly queries = new QueryCache();
  private readonly tables: Kysely<ReadModelTables>;
  private readonly dialect: ReadModelDialect;

  constructor({ reader, dialect }: ReadModelDatabase) {
    this.tables = reader;
    this.dialect = dialect;
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
    const { rows } = await this.tables.executeQuery(selectPage(this.tables, query, this.dialect));
    return rows.map(summaryOf);
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
