import { Client } from 'pg';
import { problemOf } from '../../../src/postgres/postgres.server.js';
import { PostgresEventStore } from '../../../src/events/adapters/postgres/postgres.event-store.js';
import type { PostgresEventStoreOptions } from '../../../src/events/adapters/postgres/postgres.event-store.js';
import { PostgresWakeUp } from '../../../src/events/adapters/postgres/postgres.wake-up.js';
import type { EventStore, RecordedEvent } from '../../../src/events/event-store.js';
import {
  EventStoreIncompatible,
  EventStoreUnavailable,
  InvalidStoredEvent,
} from '../../../src/events/events.errors.js';
import { describeWithBackend } from '../../support/backends.js';
import { CuttingProxy } from '../../support/cutting-proxy.js';
import { eventually } from '../../support/eventually.js';
import { newEvent, newEvents } from '../../support/new-event.js';
import { isPostgresInstalled, PostgresServer, query } from '../../support/postgres.js';
import { freePort } from '../../support/service.js';
import { appendInOwnProcess } from './append-in-own-process.js';

const PATIENT = { busyTimeoutMs: 60_000 };

describeWithBackend('PostgreSQL', isPostgresInstalled(), () => {
  let server: PostgresServer;
  let url: string;
  let opened: EventStore[];
  let clients: Client[];

  const open = async (options: Partial<PostgresEventStoreOptions> = {}): Promise<PostgresEventStore> => {
    const store = await PostgresEventStore.open({ url, ...options });
    opened.push(store);
    return store;
  };

  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };

  /** Whatever stands in the way of appends, until it commits. */
  const blockAppends = async (): Promise<Client> => {
    const client = await connect();
    await client.query('BEGIN');
    await client.query('SELECT position FROM hindsight_events.log_end FOR UPDATE');
    return client;
  };

  const waitingForLock = async (count: number): Promise<void> =>
    eventually(async () => {
      const sql = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      expect((await query<{ n: number }>(url, sql))[0]?.n).toBe(count);
    });

  const refusalOf = (options: Partial<PostgresEventStoreOptions>): Promise<unknown> =>
    open(options).then(
      () => null,
      (error: unknown) => error,
    );

  const changed = (change: (parsed: URL) => void): string => {
    const parsed = new URL(url);
    change(parsed);
    return parsed.href;
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
    await Promise.all(opened.map((store) => store.close()));
  });
  afterAll(() => server.stop());

  describe('opening', () => {
    it('finds what was appended before it was closed', async () => {
      const first = await open();
      const appended = await first.append('stream', 'no_stream', newEvents(2));
      await first.close();

      const second = await open();
      expect(await second.readStream('stream')).toHaveLength(2);
      expect(await second.lastPosition()).toBe(appended.position);
    });

    it('makes the schema once when many processes start at the same time', async () => {
      const stores = await Promise.all(Array.from({ length: 8 }, () => open()));
      await Promise.all(stores.map((store, n) => store.append(`stream-${n}`, 'no_stream', newEvents(1))));

      expect(await stores[0]!.readAll(0n, 100)).toHaveLength(8);
    });

    it('refuses a database that a newer program made', async () => {
      await (await open()).close();
      await query(url, 'UPDATE hindsight_events.schema_version SET version = 99');

      const refusal = await refusalOf({});
      expect(refusal).toBeInstanceOf(EventStoreIncompatible);
      expect(refusal).toMatchObject({ message: expect.stringMatching(/schema version 99/) });
    });

    it.each([
      ['a wrong password', (parsed: URL) => void (parsed.password = 'wrong-one'), /refuses the user or password/],
      ['no password', (parsed: URL) => void (parsed.password = ''), /wants a password/],
      ['a database that there is not', (parsed: URL) => void (parsed.pathname = 'missing'), /has no such database/],
      [
        'TLS that the server does not have',
        (parsed: URL) => parsed.searchParams.set('sslmode', 'require'),
        /does not support SSL/,
      ],
      [
        'certificates that are not there',
        (parsed: URL) => (parsed.search = 'sslmode=verify-full&sslrootcert=/nonexistent/ca.pem'),
        /no such file.*ca\.pem/,
      ],
    ])('refuses %s', async (_, change, reason) => {
      const refusal = await refusalOf({ url: changed(change) });

      expect(refusal).toBeInstanceOf(EventStoreIncompatible);
      expect(refusal).toMatchObject({ message: expect.stringMatching(reason) });
      expect(String(refusal)).not.toContain('wrong-one');
    });

    it('refuses a user who may make nothing, and takes one for whom all has been made', async () => {
      await query(url, `CREATE ROLE "limited" LOGIN PASSWORD 'limited'`);
      const limited = changed((parsed) => {
        parsed.username = 'limited';
        parsed.password = 'limited';
      });

      expect(await refusalOf({ url: limited })).toMatchObject({
        code: 'events.store_incompatible',
        message: expect.stringMatching(/may not do what is needed/),
      });
      await (await open()).close();
      await query(
        url,
        `GRANT USAGE ON SCHEMA hindsight_events TO "limited";
         GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA hindsight_events TO "limited"`,
      );
      const store = await open({ url: limited });
      expect(await store.append('stream', 'no_stream', newEvents(1))).toMatchObject({ revision: 0 });
    });

    it('refuses a database that cannot keep every text', async () => {
      const refusal = await refusalOf({ url: await server.createDatabase('SQL_ASCII') });

      expect(refusal).toBeInstanceOf(EventStoreIncompatible);
      expect(refusal).toMatchObject({ message: expect.stringMatching(/encoding SQL_ASCII, it must be UTF8/) });
    });

    it('refuses a server that is too old', () => {
      expect(problemOf({ version: 130_021, encoding: 'UTF8' })).toMatch(/PostgreSQL 13, it must be 14 or newer/);
      expect(problemOf({ version: 140_000, encoding: 'UTF8' })).toBeNull();
    });

    it('says so when nobody listens', async () => {
      const port = await freePort();

      expect(await refusalOf({ url: changed((parsed) => (parsed.port = String(port))) })).toBeInstanceOf(
        EventStoreUnavailable,
      );
    });
  });

  describe('closing', () => {
    it('lets appends under way finish, and refuses later ones', async () => {
      const store = await open();
      const underWay = store.append('stream', 'no_stream', newEvents(1));
      const closed = store.close();

      await expect(store.append('stream', 'any', newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
      await closed;
      expect(await underWay).toMatchObject({ revision: 0 });
      expect(await (await open()).readStream('stream')).toHaveLength(1);
    });

    it('answers reads under way, ends subscriptions, and refuses later reads', async () => {
      const store = await open();
      const waiting = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]().next();
      const reads = Array.from({ length: 20 }, () => store.readStream('stream'));
      await store.close();

      expect(await Promise.all(reads)).toHaveLength(20);
      expect((await waiting).done).toBe(true);
      await expect(store.readStream('stream')).rejects.toBeInstanceOf(EventStoreUnavailable);
      await expect(store.readAll(0n, 1)).rejects.toBeInstanceOf(EventStoreUnavailable);
    });

    it('leaves no connection behind', async () => {
      const store = await open();
      const waiting = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]().next();
      await store.append('stream', 'no_stream', newEvents(1));
      await waiting;
      await store.close();

      const sql = `SELECT count(*)::integer AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      await eventually(async () => expect(await query(url, sql)).toEqual([{ n: 0 }]));
    });
  });

  describe('appends of several processes', () => {
    it('wait for one that is under way, and continue after it', async () => {
      const store = await open(PATIENT);
      const other = await blockAppends();
      const append = store.append('stream', 'no_stream', newEvents(1));
      await waitingForLock(1);
      expect(await store.readStream('stream')).toEqual([]);
      await other.query(
        `INSERT INTO hindsight_events.events VALUES (1, 'other', 0, 'id', 'Type', 1, '{}', '{}');
         UPDATE hindsight_events.log_end SET position = 1; COMMIT`,
      );

      expect(await append).toEqual({ revision: 0, position: 2n });
    });

    it('see what the one before them appended to the same stream', async () => {
      const [first, second] = [await open(PATIENT), await open(PATIENT)];
      const other = await blockAppends();
      const appends = [first.append('stream', 'no_stream', newEvents(1)), second.append('stream', 'any', newEvents(1))];
      await waitingForLock(2);
      await other.query('COMMIT');

      const outcomes = await Promise.allSettled(appends);
      const revisions = (await first.readStream('stream')).map(({ revision }) => revision);
      expect(outcomes[1]?.status).toBe('fulfilled');
      expect(revisions).toEqual(outcomes[0]?.status === 'fulfilled' ? [0, 1] : [0]);
    });

    it('are refused when they have to wait for too long, and have written nothing then', async () => {
      const store = await open({ busyTimeoutMs: 30 });
      const other = await blockAppends();
      const appends = [store.append('a', 'no_stream', newEvents(1)), store.append('b', 'no_stream', newEvents(1))];

      const refusals = appends.map((append) =>
        expect(append).rejects.toMatchObject({ details: { sqlState: '55P03' } }),
      );
      await Promise.all(refusals);
      await other.query('ROLLBACK');
      expect(await store.readAll(0n, 10)).toEqual([]);
      expect(await store.append('a', 'no_stream', newEvents(1))).toMatchObject({ revision: 0 });
    });

    it('share the log in order, none of which a subscription steps over', async () => {
      const store = await open();
      const stop = new AbortController();
      const seen: bigint[] = [];
      const subscriber = (async () => {
        for await (const { position } of store.subscribe(0n, stop.signal)) {
          seen.push(position);
          if (seen.length === 400) stop.abort();
        }
      })();
      const names = ['first', 'second'];
      await Promise.all(names.map((name) => appendInOwnProcess(url, name, 100)));
      await subscriber;

      expect(await store.readStream('shared')).toHaveLength(200);
      for (const name of names) expect((await store.readStream(`own-${name}`)).at(-1)?.revision).toBe(99);
      expect(seen).toEqual((await store.readAll(0n, 1000)).map(({ position }) => position));
      expect(seen).toEqual(Array.from({ length: 400 }, (_, n) => BigInt(n + 1)));
    });

    it('do not depend on what the database has for isolation and durability', async () => {
      const name = new URL(url).pathname.slice(1);
      await query(
        url,
        `ALTER DATABASE "${name}" SET default_transaction_isolation TO 'serializable';
         ALTER DATABASE "${name}" SET synchronous_commit TO 'off'`,
      );
      const stores = [await open(), await open()];
      await Promise.all(Array.from({ length: 100 }, (_, n) => stores[n % 2]!.append('stream', 'any', newEvents(1))));

      expect(await stores[0]!.readStream('stream')).toHaveLength(100);
    });
  });

  it('reads on while another program has a transaction open for long', async () => {
    const store = await open();
    const other = await connect();
    await other.query('BEGIN; SELECT pg_current_xact_id()');
    const { position } = await store.append('stream', 'no_stream', newEvents(1));

    expect(await store.lastPosition()).toBe(position);
    expect(await store.readAll(0n, 10)).toHaveLength(1);
  });

  it('fails only the append that the server cannot keep', async () => {
    const store = await open();
    const [before, impossible, after] = await Promise.allSettled([
      store.append('before', 'no_stream', newEvents(1)),
      store.append('impossible', 'no_stream', [newEvent(), newEvent({ type: 'with a zero \u0000' })]),
      store.append('after', 'no_stream', newEvents(1)),
    ]);

    expect([before.status, impossible.status, after.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.readAll(0n, 10)).map(({ stream }) => stream)).toEqual(['before', 'after']);
  });

  it.each([
    ['data', '"no object"'],
    ['metadata', 'null'],
  ])('stops a reader at %s that reads %s', async (column, json) => {
    const store = await open();
    await store.append('stream', 'no_stream', newEvents(2));
    await query(url, `UPDATE hindsight_events.events SET ${column} = '${json}' WHERE revision = 1`);

    await expect(store.readStream('stream')).rejects.toMatchObject({
      code: 'events.invalid_stored_event',
      details: { type: 'SomethingHappened', stream: 'stream', revision: 1, position: '2' },
    });
    const next = store.subscribe(1n, new AbortController().signal)[Symbol.asyncIterator]().next();
    await expect(next).rejects.toBeInstanceOf(InvalidStoredEvent);
  });

  describe('a server that goes away', () => {
    it('in the middle of a subscription is waited for, and nothing is left out', async () => {
      const store = await open();
      const stop = new AbortController();
      const seen: RecordedEvent[] = [];
      const subscriber = (async () => {
        for await (const event of store.subscribe(0n, stop.signal)) seen.push(event);
      })();
      await store.append('stream', 'no_stream', newEvents(1));
      await eventually(() => expect(seen).toHaveLength(1));
      await server.halt();
      await expect(store.append('stream', 0, newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
      await server.restart();
      await appendInOwnProcess(url, 'other', 10);
      await store.append('stream', 0, newEvents(1));

      await eventually(() => expect(seen).toHaveLength(22));
      expect(seen).toEqual(await store.readAll(0n, 100));
      stop.abort();
      await subscriber;
    });

    it('for long ends a subscription, and refuses everything until it is back', async () => {
      const store = await open({ outageMs: 1 });
      const next = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]().next();
      const ended = expect(next).rejects.toBeInstanceOf(EventStoreUnavailable);
      await server.halt();

      await ended;
      await expect(store.append('stream', 'any', newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
      await expect(store.readStream('stream')).rejects.toBeInstanceOf(EventStoreUnavailable);
      await expect(store.lastPosition()).rejects.toBeInstanceOf(EventStoreUnavailable);
      await server.restart();
      expect(await store.append('stream', 'no_stream', newEvents(1))).toMatchObject({ revision: 0 });
    });

    it('does not keep a subscription from ending, or the store from closing', async () => {
      const store = await open();
      const waiting = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]().next();
      await server.halt();
      await store.close();

      expect((await waiting).done).toBe(true);
      await server.restart();
    });

    it('cuts connections that are made again, those that listen as well', async () => {
      const store = await open({ pollIntervalMs: 3_600_000 });
      const live = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();
      const first = live.next();
      const pids = await listeners(1);
      await store.append('stream', 'no_stream', newEvents(1));
      await first;
      await query(
        url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      const next = live.next();
      await eventually(async () => expect(await listeners(1)).not.toEqual(pids));
      await appendInOwnProcess(url, 'other', 1);

      expect((await next).value).toMatchObject({ data: { name: 'other' } });
    });

    const listeners = (atLeast: number): Promise<readonly unknown[]> =>
      eventually(async () => {
        const sql = `SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`;
        const found = await query<{ pid: number }>(url, sql);
        expect(found.length).toBeGreaterThanOrEqual(atLeast);
        return found;
      });
  });

  describe('an answer that is lost', () => {
    let proxy: CuttingProxy;

    beforeEach(async () => {
      proxy = await CuttingProxy.start(server.port);
    });
    afterEach(() => proxy.stop());

    const throughProxy = (): string => changed((parsed) => (parsed.port = String(proxy.port)));

    it.each(['any' as const, 'no_stream' as const, 0])(
      'is asked for again by who expected %s, and the append is not done twice',
      async (expected) => {
        const store = await open({ url: throughProxy() });
        await store.append('warm-up', 'no_stream', newEvents(1));
        if (expected === 0) await store.append('stream', 'no_stream', newEvents(1));
        proxy.cutNextAnswer();
        const first = expected === 0 ? 1 : 0;
        const appends = await Promise.all([
          store.append('stream', expected, newEvents(2)),
          store.append('beside', 'no_stream', newEvents(1)),
        ]);

        expect(proxy.cuts).toBe(1);
        expect(appends.map(({ revision }) => revision)).toEqual([first + 1, 0]);
        expect(await store.readStream('stream')).toHaveLength(first + 2);
        expect((await store.readStream('stream')).at(-1)?.position).toBe(appends[0].position);
        expect(await store.readStream('beside')).toHaveLength(1);
      },
    );

    it('does not hide that somebody else was faster', async () => {
      const store = await open({ url: throughProxy() });
      await store.append('stream', 'no_stream', newEvents(1));
      proxy.cutNextAnswer();

      await expect(store.append('stream', 'no_stream', newEvents(1))).rejects.toMatchObject({
        code: 'events.wrong_expected_revision',
      });
      expect(proxy.cuts).toBe(1);
      expect(await store.readStream('stream')).toHaveLength(1);
    });
  });
});

describe('Waking up for appends of other processes', () => {
  it('happens by looking from time to time while nobody can be listened to', async () => {
    let position = 1n;
    let wakeUps = 0;
    const url = `postgresql://user:password@127.0.0.1:${await freePort()}/nothing`;
    const wakeUp = new PostgresWakeUp(
      url,
      () => Promise.resolve(position),
      1,
      () => void (wakeUps += 1),
    );
    wakeUp.start();
    await eventually(() => expect(wakeUps).toBe(1));
    position = 2n;
    await eventually(() => expect(wakeUps).toBe(2));
    await wakeUp.close();
  });

  it('happens when looking fails, for reading will tell why', async () => {
    let fail = false;
    let wakeUps = 0;
    const look = () => (fail ? Promise.reject(new EventStoreUnavailable('away')) : Promise.resolve(1n));
    const url = `postgresql://user:password@127.0.0.1:${await freePort()}/nothing`;
    const wakeUp = new PostgresWakeUp(url, look, 1, () => void (wakeUps += 1));
    wakeUp.start();
    await eventually(() => expect(wakeUps).toBe(1));
    fail = true;
    await eventually(() => expect(wakeUps).toBe(2));
    await wakeUp.close();
  });
});
