import type { Expression, Kysely, SqlBool } from 'kysely';
import { QueryCache } from '../database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { decodeDocument } from './image-document.codec.js';
import type { ImageDetails, ImageListQuery, ImageReadModel, ProjectUsage } from './image-details.read-model.js';
import { CandidateCounts } from './image-list.counts.js';
import { findListParts } from './image-list.parts.js';
import { comesAfter, comesBefore, effectiveOrder, IMAGE_COLUMNS } from './image-list.order.js';
import type { ImageOrder } from './image-list.order.js';
import { selectFirst } from './image-list.select.js';
import type { ListPart, ListShape } from './image-list.select.js';
import { NO_USAGE } from './project-usage.js';
import { usageIn } from './project-usage-rows.js';

const BY_LAST_CHANGE: ImageOrder = [
  { key: 'updated_at', direction: 'asc' },
  { key: 'id', direction: 'asc' },
];

/** Up to here looking up each candidate is cheaper than following an index until enough of them have come by. */
const FEW = 1000;

/** The image read model in SQL, the same for every database. */
export class SqlImageReadModel implements ImageReadModel {
  private readonly queries = new QueryCache();
  private readonly tables: Kysely<ReadModelTables>;

  private readonly counts: CandidateCounts;
  private readonly dialect: ReadModelDialect;

  constructor({ reader, dialect }: ReadModelDatabase, few = FEW) {
    this.tables = reader;
    this.dialect = dialect;
    this.counts = new CandidateCounts(reader, this.queries, few);
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
    const shape = { order, limit: query.limit, cutsParts: !this.dialect.mergesSortedParts };
    const parts = await findListParts(this.counts, query, order, this.dialect);
    const dense = parts.filter(({ isSparse }) => !isSparse);
    if (dense.length === parts.length) return this.first(parts, shape);
    const page = await this.first(dense, shape);
    const last = page.length === query.limit ? page.at(-1) : undefined;
    if (last === undefined) return this.first(parts, shape);
    return this.first(
      parts.map((part) => (part.isSparse ? this.endingBefore(last, part, order) : part)),
      shape,
    );
  }

  private async first(parts: readonly ListPart[], shape: ListShape): Promise<readonly ImageDetails[]> {
    const [first, ...others] = parts;
    if (first === undefined) return [];
    const { rows } = await this.tables.executeQuery(selectFirst(this.tables, [first, ...others], shape));
    return rows.map(({ document }) => decodeDocument(document));
  }

  async withStatus(
    statuses: readonly string[],
    limit: number,
    after: ImageDetails | null = null,
  ): Promise<readonly ImageDetails[]> {
    if (statuses.length === 0 || limit <= 0) return [];
    const matching = this.tables.selectFrom('images').select('document').where('status', 'in', statuses);
    const rows = await (after === null ? matching : matching.where(this.isChangedAfter(after)))
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

  /** A sparse part need not be searched further than where the page ends without it. */
  private endingBefore(last: ImageDetails, part: ListPart, order: ImageOrder): ListPart {
    const isBefore = comesBefore(order, last, part.columns, this.dialect);
    return { ...part, conditions: [...part.conditions, isBefore] };
  }

  private isChangedAfter(image: ImageDetails): Expression<SqlBool> {
    return comesAfter(BY_LAST_CHANGE, image, IMAGE_COLUMNS, this.dialect);
  }
}
