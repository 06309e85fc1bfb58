import type { Insertable, Selectable, Transaction } from 'kysely';
import type { TaskProgress, TaskProgressBoard } from '../../kernel/task-progress.js';
import type { ReadModelDatabase, ReadModelTables, TaskProgressTable } from './read-model-database.js';
import { chunksOf } from './row-writer.js';

/** Progress in the read-model database, which all processes of a deployment share. */
export class SqlTaskProgressBoard implements TaskProgressBoard {
  constructor(private readonly database: ReadModelDatabase) {}

  async report(taskId: string, progress: TaskProgress): Promise<void> {
    const row = {
      step: progress.step,
      bytes_done: progress.bytesDone,
      bytes_expected: progress.bytesExpected,
      updated_at: Date.parse(progress.updatedAt),
    };
    await this.database.writer.transaction().execute((transaction) => put(transaction, taskId, row));
  }

  async find(taskIds: readonly string[]): Promise<ReadonlyMap<string, TaskProgress>> {
    const found = new Map<string, TaskProgress>();
    for (const chunk of chunksOf(taskIds)) {
      const rows = await this.database.reader
        .selectFrom('task_progress')
        .selectAll()
        .where('task_id', 'in', chunk)
        .execute();
      for (const row of rows) found.set(row.task_id, progressOf(row));
    }
    return found;
  }

  async forget(taskId: string): Promise<void> {
    await this.database.writer.deleteFrom('task_progress').where('task_id', '=', taskId).execute();
  }
}

const put = async (
  transaction: Transaction<ReadModelTables>,
  taskId: string,
  row: Omit<Insertable<TaskProgressTable>, 'task_id'>,
): Promise<void> => {
  const { numUpdatedRows } = await transaction
    .updateTable('task_progress')
    .set(row)
    .where('task_id', '=', taskId)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  await transaction
    .insertInto('task_progress')
    .values({ task_id: taskId, ...row })
    .execute();
};

/** Some databases answer a 64-bit integer as text. */
const progressOf = (row: Selectable<TaskProgressTable>): TaskProgress => ({
  step: row.step,
  bytesDone: Number(row.bytes_done),
  bytesExpected: row.bytes_expected === null ? null : Number(row.bytes_expected),
  updatedAt: new Date(Number(row.updated_at)).toISOString(),
});
