import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteEventStore } from '../../../src/events/adapters/sqlite/sqlite.event-store.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'event-store-'));
  const path = join(folder, 'events.db');
  const store = SqliteEventStore.open({ path });
  return {
    store,
    openSecond: () => Promise.resolve(SqliteEventStore.open({ path })),
    tearDown: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
