import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteEventStore } from '../../../src/events/adapters/sqlite/sqlite.event-store.js';
import { auditContract } from './audit.contract.js';

auditContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-audit-'));
  const path = join(folder, 'events.sqlite');
  const store = SqliteEventStore.open({ path });
  const tamper = (statement: string): void => {
    const database = new Database(path);
    database.exec(statement);
    database.close();
  };
  return {
    store,
    alter: (position, data) => tamper(`UPDATE events SET data = '${data}' WHERE position = ${position}`),
    remove: (position) => tamper(`DELETE FROM events WHERE position = ${position}`),
    cutOff: (position) => tamper(`DELETE FROM events WHERE position > ${position}`),
    tearDown: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
