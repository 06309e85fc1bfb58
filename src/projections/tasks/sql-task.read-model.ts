import type { Kysely } from 'kysely';
import { QueryCache } from '../database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { decodeTask } from './task-document.codec.js';
import { isUnexpired, isVisibleTo } from './task-list.conditions.js';
import { selectPage } from './task-list.select.js';
import type { TaskDetails, TaskListQuery, TaskReadModel, TaskViewer } from './task.read-model.js';

/** The task read model in SQL, the same for every database. */
export class SqlTaskReadModel implements TaskReadModel {
  private readonly queries = new QueryCache();
  private readonly tables: Kysely<ReadModelTables>;
  private readonly dialect: ReadModelDialect;

  constructor({ reader, dialect }: ReadModelDatabase) {
    this.tables = reader;
    this.dialect = dialect;
  }

  async find(taskId: string): Promise<TaskDetails | null> {
    const { rows } = await this.queries.execute(this.tables, 'find', [taskId], () =>
      this.tables.selectFrom('tasks').select('document').where('id', '=', taskId),
    );
    const [row] = rows;
    return row === undefined ? null : decodeTask(row.document);
  }

  async list(query: TaskListQuery): Promise<readonly TaskDetails[]> {
    if (query.limit <= 0) return [];
    return decoded(await this.tables.executeQuery(selectPage(this.tables, query, this.dialect)));
  }

  async ofImage(imageId: string, viewer: TaskViewer, now: string): Promise<readonly TaskDetails[]> {
    const query = this.tables
      .selectFrom('tasks')
      .select('document')
      .where('image_id', '=', imageId)
      .where(isUnexpired(now))
      .where(isVisibleTo(viewer))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
    return decoded(await this.tables.executeQuery(query));
  }

  async unfinished(afterId: string | null, limit: number): Promise<readonly TaskDetails[]> {
    if (limit <= 0) return [];
    const query = this.tables
      .selectFrom('tasks')
      .select('document')
      .where('unfinished', '=', 1)
      .where('id', '>', afterId ?? '')
      .orderBy('id')
      .limit(limit);
    return decoded(await this.tables.executeQuery(query));
  }

  async expired(now: string, limit: number): Promise<readonly TaskDetails[]> {
    if (limit <= 0) return [];
    const query = this.tables
      .selectFrom('tasks')
      .select('document')
      .where('expires_at', '<=', Date.parse(now))
      .orderBy('expires_at')
      .orderBy('id')
      .limit(limit);
    return decoded(await this.tables.executeQuery(query));
  }
}

const decoded = ({ rows }: Readonly<{ rows: readonly { document: string }[] }>): readonly TaskDetails[] =>
  rows.map(({ document }) => decodeTask(document));
