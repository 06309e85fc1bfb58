import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { openMysqlReadModels, versionProblemOf } from '../../../src/projections/database/mysql/mysql.read-models.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { ReadModelIncompatible, ReadModelUnavailable } from '../../../src/projections/projections.errors.js';
import { describeWithBackend } from '../../support/backends.js';
import { isMariaDbInstalled, MariaDbServer, query, serverOf } from '../../support/mariadb.js';
import { codec, ImageHistory } from './image-history.js';
import { readModelServerContract } from './read-model-server.contract.js';

describeWithBackend('MariaDB', isMariaDbInstalled(), () => {
  let server: MariaDbServer;
  let url: string;
  let opened: ReadModelDatabase[];

  const open = async (lockMs?: number): Promise<ReadModelDatabase> => {
    const database = await openMysqlReadModels(serverOf(url), lockMs);
    opened.push(database);
    return database;
  };
  const refusalOf = (change: Partial<ReturnType<typeof serverOf>>): Promise<unknown> =>
    openMysqlReadModels({ ...serverOf(url), ...change }).then(
      () => null,
      (error: unknown) => error,
    );
  const runnerOn = (database: ReadModelDatabase, history: ImageHistory): ProjectionRunner<ImageEvent> =>
    new ProjectionRunner(history.store, codec, database, [new SqlImageDetailsProjection()]);

  beforeAll(async () => {
    server = await MariaDbServer.start();
  });
  beforeEach(async () => {
    url = await server.createDatabase();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((database) => database.close()));
  });
  afterAll(() => server.stop());

  it('leaves tables of the same names as they are, for all of its own have a prefix', async () => {
    await query(url, 'CREATE TABLE images (id integer)');
    await query(url, 'INSERT INTO images VALUES (7)');
    const runner = runnerOn(await open(), new ImageHistory());
    await runner.migrate();
    await runner.rebuild('image-details');
    expect(await query(url, 'SELECT * FROM images')).toEqual([{ id: 7 }]);
    const tables = (await query(url, 'SHOW TABLES')).map((row) => String(Object.values(row)[0]));
    expect(tables.filter((name) => !name.startsWith('hindsight_'))).toEqual(['images']);
    expect(tables.filter((name) => /__/.test(name))).toEqual([]);
  });

  it('needs no right beyond its database', async () => {
    const name = `limited-${process.pid}`;
    await query(url, `CREATE USER '${name}'@'127.0.0.1' IDENTIFIED BY 'right-one'`);
    await query(url, `GRANT ALL ON \`${serverOf(url).database}\`.* TO '${name}'@'127.0.0.1'`);
    url = url.replace('//hindsight:', `//${name}:`);
    const runner = runnerOn(await open(), new ImageHistory());
    await runner.migrate();
    await runner.rebuild('image-details');
    expect(await new SqlImageReadModel(opened[0]!).usageOf('mine')).toMatchObject({ images: 0 });
  });

  describe('a start that was cut off while it made tables', () => {
    it('is done again by the next one', async () => {
      const history = new ImageHistory();
      const first = await open();
      await runnerOn(first, history).migrate();
      await first.writer.deleteFrom('checkpoints').execute(); // which is what it writes last
      const runner = runnerOn(await open(), history);
      await runner.migrate();
      const id = await history.created();
      await runner.catchUp();
      expect(await new SqlImageReadModel(first).find(id)).not.toBeNull();
    });
  });

  describe('a rebuild that was cut off after its tables took their place', () => {
    it('leaves tables that go on from where the checkpoint says', async () => {
      const history = new ImageHistory();
      const database = await open();
      const runner = runnerOn(database, history);
      await runner.migrate();
      const ids = [await history.created({ tags: ['t'] }), await history.active({ tags: ['t'] })];
      await runner.catchUp();
      await database.writer.updateTable('checkpoints').set({ position: '1' }).execute(); // the tables know more
      const other = runnerOn(await open(), history);
      await other.migrate();
      await history.happened(ids[0]!, 'ImageTagAdded', { tag: 'late' });
      await other.catchUp();
      const documents = await history.documents();
      const model = new SqlImageReadModel(database);
      for (const id of ids) expect(await model.find(id)).toEqual(documents.get(id));
      expect(await model.usageOf('mine')).toMatchObject({ images: 2, storedBytes: 10 });
    });
  });

  readModelServerContract(open, () => server);

  describe('what cannot work', () => {
    it.each([
      ['a wrong password', { password: 'wrong-one' }, /The server refuses the user or password/],
      ['a database that there is not', { database: 'none' }, /The server has no such database/],
      [
        'a file of certificates that there is not',
        { tls: { verifies: 'host' as const, caFile: '/nonexistent/ca.pem', certFile: null, keyFile: null } },
        /A file of certificates cannot be read: .*ENOENT/,
      ],
      [
        'a server without TLS that is to have some',
        { tls: { verifies: 'nothing' as const, caFile: null, certFile: null, keyFile: null } },
        /The server cannot be used: .*secure/,
      ],
    ])('is told: %s', async (_, change, message) => {
      const refusal = await refusalOf(change);
      expect(refusal).toBeInstanceOf(ReadModelIncompatible);
      expect((refusal as Error).message).toMatch(message);
      expect((refusal as Error).message).not.toContain('wrong-one');
    });

    it.each([
      ['is locked', 'ACCOUNT LOCK', /The account is locked/],
      ['has a password that has expired', 'PASSWORD EXPIRE', /The password has expired/],
    ])('is told: an account that %s', async (_, state, message) => {
      const user = `away-${state.length}-${process.pid}`;
      await query(url, `CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY 'right-one' ${state}`);
      await query(url, `GRANT ALL ON *.* TO '${user}'@'127.0.0.1'`);
      const refusal = await refusalOf({ user });
      expect(refusal).toBeInstanceOf(ReadModelIncompatible);
      expect((refusal as Error).message).toMatch(message);
    });

    it('is told: a server that takes short statements only', async () => {
      await query(url, `SET GLOBAL max_allowed_packet = ${1 << 20}`);
      try {
        const refusal = await refusalOf({});
        expect(refusal).toBeInstanceOf(ReadModelIncompatible);
        expect((refusal as Error).message).toMatch(/max_allowed_packet is 1048576, it must be at least 8388608/);
      } finally {
        await query(url, `SET GLOBAL max_allowed_packet = ${64 << 20}`);
      }
    });

    it('is no matter of the configuration when the server takes no writes for now', async () => {
      await query(url, 'SET GLOBAL read_only = ON');
      try {
        expect(await refusalOf({})).toBeInstanceOf(ReadModelUnavailable);
      } finally {
        await query(url, 'SET GLOBAL read_only = OFF');
      }
    });

    it('is no matter of the configuration when the server is away', async () => {
      await server.halt();
      try {
        expect(await refusalOf({})).toBeInstanceOf(ReadModelUnavailable);
      } finally {
        await server.restart();
      }
    });
  });
});

describe('the version of a MySQL', () => {
  it.each([
    '10.6.0-MariaDB',
    '5.5.5-10.11.6-MariaDB-0+deb12u1',
    '11.4.2-MariaDB',
    '8.0.17',
    '8.4.1',
    '9.0.0-commercial',
  ])('%s will do', (version) => {
    expect(versionProblemOf(version)).toBeNull();
  });

  it.each(['10.5.28-MariaDB', '5.7.44-log', '8.0.16'])('%s is too old', (version) => {
    expect(versionProblemOf(version)).toMatch(/it must be .* or newer$/);
  });
});
