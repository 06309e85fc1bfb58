import { PostgresEventStore } from '../../../src/events/adapters/postgres/postgres.event-store.js';
import { describeWithBackend } from '../../support/backends.js';
import { isPostgresThere, postgresDatabases } from '../../support/postgres.js';
import type { PostgresDatabases } from '../../support/postgres.js';
import { eventStoreContract } from './event-store.contract.js';

describeWithBackend('PostgreSQL', isPostgresThere(), () => {
  let databases: PostgresDatabases;

  beforeAll(async () => {
    databases = await postgresDatabases();
  });
  afterAll(() => databases.stop());

  eventStoreContract('PostgreSQL', async () => {
    const url = await databases.createDatabase();
    const store = await PostgresEventStore.open({ url });
    return { store, openSecond: () => PostgresEventStore.open({ url }), tearDown: () => store.close() };
  });
});
