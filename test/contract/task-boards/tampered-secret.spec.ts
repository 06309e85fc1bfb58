import { SqlTaskSecrets } from '../../../src/projections/database/sql-task-secrets.js';
import { TaskSecretUnreadable } from '../../../src/projections/database/task-secret.codec.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { startSqliteHarness } from '../read-models/sqlite.harness.js';

describe('a secret in a database that was tampered with', () => {
  it.each([
    ['is cut off', (sealed: string) => sealed.slice(0, 20)],
    ['is empty', () => ''],
    ['has other bytes', (sealed: string) => `${sealed.slice(0, -8)}AAAAAAA=`],
  ])('is refused when it %s', async (_, tamper) => {
    const { open, tearDown } = await startSqliteHarness();
    const database = await open();
    const secrets = new SqlTaskSecrets(database, Buffer.alloc(32, 1), systemClock);
    await secrets.put('t', { token: 'gAAAA' });
    const { sealed } = await database.reader.selectFrom('task_secrets').select('sealed').executeTakeFirstOrThrow();
    await database.writer
      .updateTable('task_secrets')
      .set({ sealed: tamper(sealed) })
      .execute();
    await expect(secrets.find('t')).rejects.toBeInstanceOf(TaskSecretUnreadable);
    await tearDown();
  });

  it('is refused when it belongs to another task', async () => {
    const { open, tearDown } = await startSqliteHarness();
    const database = await open();
    const secrets = new SqlTaskSecrets(database, Buffer.alloc(32, 1), systemClock);
    await secrets.put('theirs', { token: 'gAAAA' });
    await database.writer.updateTable('task_secrets').set({ task_id: 'mine' }).execute();
    await expect(secrets.find('mine')).rejects.toBeInstanceOf(TaskSecretUnreadable);
    await tearDown();
  });
});
