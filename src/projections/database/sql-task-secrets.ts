import type { Clock } from '../../kernel/clock.js';
import type { TaskSecret, TaskSecrets } from '../../kernel/task-secrets.js';
import type { ReadModelDatabase } from './read-model-database.js';
import { openSecret, sealSecret } from './task-secret.codec.js';

/** Secrets in the read-model database, encrypted: who reads the database alone learns none. */
export class SqlTaskSecrets implements TaskSecrets {
  /** @param key 32 bytes, the same in all processes of a deployment (see loadSecretKey) */
  constructor(
    private readonly database: ReadModelDatabase,
    private readonly key: Buffer,
    private readonly clock: Clock,
  ) {}

  async put(taskId: string, secret: TaskSecret): Promise<void> {
    const row = { sealed: sealSecret(this.key, taskId, secret), stored_at: this.clock.now().getTime() };
    await this.database.writer.transaction().execute(async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable('task_secrets')
        .set(row)
        .where('task_id', '=', taskId)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) return;
      await transaction
        .insertInto('task_secrets')
        .values({ task_id: taskId, ...row })
        .execute();
    });
  }

  async find(taskId: string): Promise<TaskSecret | null> {
    const row = await this.database.reader
      .selectFrom('task_secrets')
      .select('sealed')
      .where('task_id', '=', taskId)
      .executeTakeFirst();
    return row === undefined ? null : openSecret(this.key, taskId, row.sealed);
  }

  async remove(taskId: string): Promise<void> {
    await this.database.writer.deleteFrom('task_secrets').where('task_id', '=', taskId).execute();
  }

  async taskIds(putBefore: string): Promise<readonly string[]> {
    const rows = await this.database.reader
      .selectFrom('task_secrets')
      .select('task_id')
      .where('stored_at', '<', Date.parse(putBefore))
      .orderBy('task_id')
      .execute();
    return rows.map(({ task_id }) => task_id);
  }
}
