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
    const tamper = async (statement: string): Promise<void> => {
      const client = new Client(url);
      await client.connect();
      await client.query(statement);
      await client.end();
    };
    const table = 'hindsight_events.events';
    return {
      store,
      alter: (position, data) => tamper(`UPDATE ${table} SET data = '${data}' WHERE position = ${position}`),
      remove: (position) => tamper(`DELETE FROM ${table} WHERE position = ${position}`),
      cutOff: (position) => tamper(`DELETE FROM ${table} WHERE position > ${position}`),
      tearDown: () => store.close(),
    };
  });
});
