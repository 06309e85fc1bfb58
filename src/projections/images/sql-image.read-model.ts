import type { Kysely } from 'kysely';
import { QueryCache } from '../database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import { decodeDocument } from './image-document.codec.js';
import type { ImageDetails, ImageListQuery, ImageReadModel, ProjectUsage } from './image-details.read-model.js';
import { findListParts } from './image-list.parts.js';
import { comesAfter, effectiveOrder } from './image-list.order.js';
import type { ImageOrder } from './image-list.order.js';
import { selectFirst } from './image-list.select.js';
import { NO_USAGE } from './project-usage.js';
import { usageIn } from './project-usage-rows.js';

const BY_LAST_CHANGE: ImageOrder = [
  { key: 'updated_at', direction: 'asc' },
  { key: 'id', direction: 'asc' },
];

/** The image read model in SQL, the same for every database. */
export class SqlImageReadModel implements ImageReadModel {
  private readonly queries = new QueryCache();
  private readonly tables: Kysely<ReadModelTables>;

  constructor(database: ReadModelDatabase) {
    this.tables = database.reader;
  }

  async find(imageId: string): Promise<ImageDetails | null> {
    const { rows } = await this.queries.execute(this.tables, 'find', [imageId], () =>
      this.tables.selectFrom('images').select('document').where('id', '=', imageId),
    );
    const [row] = rows;
    return row === undefined ? null : decodeDocument(row.document);
  }

  async list(query: ImageListQuery): Promise<readonly ImageDetails[]> {
    if (query.limit <= 0) return [];
    const order = effectiveOrder(query.sort);
    const [first, ...others] = await findListParts(this.tables, query, order);
    if (first === undefined) return [];
    const page = selectFirst(this.tables, [first, ...others], { order, limit: query.limit });
    const { rows } = await this.tables.executeQuery(page);
    return rows.map(({ document }) => decodeDocument(document));
  }

  async withStatus(
    statuses: readonly string[],
    limit: number,
    after: ImageDetails | null = null,
  ): Promise<readonly ImageDetails[]> {
    if (statuses.length === 0 || limit <= 0) return [];
    const matching = this.tables.selectFrom('images').select('document').where('status', 'in', statuses);
    const rows = await (after === null ? matching : matching.where(comesAfter(BY_LAST_CHANGE, after)))
      .orderBy('updated_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(({ document }) => decodeDocument(document));
  }

  async usageOf(projectId: string): Promise<ProjectUsage> {
    const { rows } = await this.queries.execute(this.tables, 'usage', [projectId], () =>
      this.tables.selectFrom('image_usage').selectAll().where('owner', '=', projectId),
    );
    const [row] = rows;
    return row === undefined ? NO_USAGE : usageIn(row);
  }
}
