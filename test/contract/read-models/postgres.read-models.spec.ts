import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { openPostgresReadModels } from '../../../src/projections/database/postgres/postgres.read-models.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { SqlLeases } from '../../../src/projections/database/sql-leases.js';
import { IMAGE_TABLES } from '../../../src/projections/images/image-tables.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../../../src/projections/projections.errors.js';
import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { isPostgresInstalled, PostgresServer, query } from '../../support/postgres.js';
import { codec, ImageHistory } from './image-history.js';
import { holdWriter, readModelServerContract } from './read-model-server.contract.js';

describeWithBackend('PostgreSQL', isPostgresInstalled(), () => {
  let server: PostgresServer;
  let url: string;
  let opened: ReadModelDatabase[];
  let clients: Client[];

  const open = async (lockMs?: number): Promise<ReadModelDatabase> => {
    const database = await openPostgresReadModels(url, lockMs);
    opened.push(database);
    return database;
  };
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };
  const refusalOf = (wrong: string): Promise<unknown> =>
    openPostgresReadModels(wrong).then(
      () => null,
      (error: unknown) => error,
    );
  const changed = (change: (parsed: URL) => void): string => {
    const parsed = new URL(url);
    change(parsed);
    return parsed.href;
  };
  const runnerOn = (database: ReadModelDatabase, history: ImageHistory): ProjectionRunner<ImageEvent> =>
    new ProjectionRunner(history.store, codec, database, [new SqlImageDetailsProjection()]);
  const waitingForLocks = async (): Promise<number> => {
    const sql = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    return (await query<{ n: number }>(url, sql))[0]?.n ?? 0;
  };

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  beforeEach(async () => {
    url = await server.createDatabase();
    [opened, clients] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await Promise.all(opened.map((database) => database.close()));
  });
  afterAll(() => server.stop());

  describe('a database that holds something else, too', () => {
    it('is left as it is, beside tables of the same names', async () => {
      await query(
        url,
        `CREATE TABLE images (id integer); CREATE TABLE kysely_migration (x integer); INSERT INTO images VALUES (7)`,
      );
      await runnerOn(await open(), new ImageHistory()).migrate();
      expect(await query(url, 'SELECT * FROM public.images')).toEqual([{ id: 7 }]);
      expect(await query(url, 'SELECT * FROM public.kysely_migration')).toEqual([]);
      const made = await query<{ n: string }>(
        url,
        `SELECT count(*) AS n FROM pg_tables WHERE schemaname NOT IN ('hindsight', 'public', 'pg_catalog', 'information_schema')`,
      );
      expect(made[0]?.n).toBe('0');
    });

    it('need not grant the right to make schemas, once there is one', async () => {
      await query(url, `CREATE SCHEMA hindsight`);
      await query(url, `CREATE ROLE "limited-${process.pid}" LOGIN PASSWORD 'limited'`);
      await query(url, `ALTER SCHEMA hindsight OWNER TO "limited-${process.pid}"`);
      url = changed((parsed) => {
        parsed.username = `limited-${process.pid}`;
        parsed.password = 'limited';
      });
      await runnerOn(await open(), new ImageHistory()).migrate();
    });
  });

  describe('a writer of another process that does not end', () => {
    it('is waited for no longer than agreed, and reads go on meanwhile', async () => {
      const history = new ImageHistory();
      const database = await open(200);
      const runner = runnerOn(database, history);
      await runner.migrate();
      await history.created();
      await runner.catchUp();
      const release = await holdWriter(await open());

      const id = await history.created();
      await expect(runner.catchUp()).rejects.toBeInstanceOf(ReadModelUnavailable);
      expect(await new SqlImageReadModel(database).find(id)).toBeNull();
      await release();
      await runner.catchUp();
      expect(await new SqlImageReadModel(database).find(id)).not.toBeNull();
    });
  });

  readModelServerContract(open, () => server);

  describe('a server that comes back', () => {
    it('without what was written last is given it again, although nothing new has happened', async () => {
      const history = new ImageHistory();
      const database = await open();
      const runner = runnerOn(database, history);
      await runner.migrate();
      const id = await history.created();
      await runner.catchUp();
      for (const table of IMAGE_TABLES) await query(url, `DELETE FROM hindsight.${table}`);
      await query(url, `UPDATE hindsight.checkpoints SET position = '0'`);
      await query(
        url,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      const model = new SqlImageReadModel(database);
      await eventually(async () => {
        await runner.catchUp();
        expect(await model.find(id)).not.toBeNull();
      });
    });
  });

  describe('a rebuild', () => {
    it('lets readers go first that keep a table and wait for another', async () => {
      const history = new ImageHistory();
      const database = await open();
      const runner = runnerOn(database, history);
      await runner.migrate();
      const id = await history.created();
      await runner.catchUp();
      const reader = await connect();
      await reader.query('BEGIN; SELECT * FROM hindsight.image_traits');

      let rebuilt = false;
      const rebuilding = runner.rebuild('image-details').then(() => (rebuilt = true));
      await eventually(async () => expect(await waitingForLocks()).toBe(1));
      expect((await reader.query('SELECT id FROM hindsight.images')).rows).toEqual([{ id }]);
      expect(rebuilt).toBe(false);
      await reader.query('COMMIT');
      await rebuilding;
      await nextTurn();
      expect(await new SqlImageReadModel(database).find(id)).not.toBeNull();
    });
  });

  describe('an index of a rebuild', () => {
    it('takes as long as it takes, but no other statement does', async () => {
      const database = await open();
      const timeLimit = async (): Promise<unknown> => {
        const { rows } = await sql<{ setting: string }>`select current_setting('statement_timeout') as setting`.execute(
          database.writer,
        );
        return rows[0]?.setting;
      };
      expect(await timeLimit()).toBe('20s');
      await query(
        url,
        `CREATE FUNCTION hindsight.slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN $1; END'`,
      );
      await new SqlLeases(database, systemClock).acquire('lease', 'me', 60_000);
      await sql`set statement_timeout to 50`.execute(database.writer);
      await expect(sql`select slow('x')`.execute(database.writer)).rejects.toBeInstanceOf(ReadModelUnavailable);
      await sql`create index slow_index on leases (slow(holder))`.execute(database.writer);
      expect(await timeLimit()).toBe('20s');
    });
  });

  describe('what cannot work', () => {
    it.each([
      ['a wrong password', (parsed: URL) => (parsed.password = 'wrong-one'), /The server refuses the user or password/],
      ['a database that there is not', (parsed: URL) => (parsed.pathname = '/none'), /The server has no such database/],
    ])('is told: %s', async (_, change, message) => {
      const refusal = await refusalOf(changed(change));
      expect(refusal).toBeInstanceOf(ReadModelIncompatible);
      expect((refusal as Error).message).toMatch(message);
      expect((refusal as Error).message).not.toContain('wrong-one');
    });

    it('is told: a database in another encoding', async () => {
      expect(await refusalOf(await server.createDatabase('SQL_ASCII'))).toMatchObject({
        name: 'ReadModelIncompatible',
        message: 'The database has the encoding SQL_ASCII, it must be UTF8',
      });
    });

    it('is no matter of the configuration when the server is away', async () => {
      await server.halt();
      try {
        expect(await refusalOf(url)).toBeInstanceOf(ReadModelUnavailable);
      } finally {
        await server.restart();
      }
    });
  });
});
