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
  return {
    store,
    tamper: (what, rest) => {
      const database = new Database(path);
      database.exec(`${what} ${rest}`);
      database.close();
      return Promise.resolve();
    },
    tearDown: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
