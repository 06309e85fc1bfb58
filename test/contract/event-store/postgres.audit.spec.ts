import { Client } from 'pg';
import { PostgresEventStore } from '../../../src/events/adapters/postgres/postgres.event-store.js';
import { describeWithBackend } from '../../support/backends.js';
import { isPostgresThere, postgresDatabases } from '../../support/postgres.js';
import type { PostgresDatabases } from '../../support/postgres.js';
import { auditContract } from './audit.contract.js';

describeWithBackend('PostgreSQL', isPostgresThere(), () => {
  let databases: PostgresDatabases;

  beforeAll(async () => {
    databases = await postgresDatabases();
  });
  afterAll(() => databases.stop());

  auditContract('PostgreSQL', async () => {
    const url = await databases.createDatabase();
    const store = await PostgresEventStore.open({ url });
    return {
      store,
      tamper: async (what, rest) => {
        const client = new Client(url);
        await client.connect();
        await client.query(`${what.replace('events', 'hindsight_events.events')} ${rest}`);
        await client.end();
      },
      tearDown: () => store.close(),
    };
  });
});
