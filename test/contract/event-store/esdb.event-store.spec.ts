import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KurrentDbConfig } from '../../../src/config/app-config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { KurrentDbEventStore } from '../../../src/events/adapters/kurrentdb/kurrentdb.event-store.js';
import type { EventStore } from '../../../src/events/event-store.js';
import { EventsTooLarge, EventStoreUnavailable, InvalidStoredEvent } from '../../../src/events/events.errors.js';
import { openEventStore } from '../../../src/backend/open-event-store.js';
import { certificateOf, toPem } from '../../support/certificates.js';
import { esdbConfig, localEsdb } from '../../support/esdb/esdb-config.js';
import { notReady, unimplemented } from '../../support/esdb/esdb-faults.js';
import type { ProposedEvent } from '../../support/esdb/esdb-log.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import { newEvent, newEvents } from '../../support/new-event.js';

describe('KurrentDB event store', () => {
  const cleanUps: (() => unknown)[] = [];

  const start = async (options?: ConstructorParameters<typeof EsdbServer>[0]): Promise<[EsdbServer, number]> => {
    const server = new EsdbServer(options);
    cleanUps.push(() => server.close());
    return [server, await server.listen()];
  };
  const open = async (config: KurrentDbConfig, retryMs?: number): Promise<EventStore> => {
    const store = await KurrentDbEventStore.open(config, retryMs);
    cleanUps.push(() => store.close());
    return store;
  };

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  describe('among others who use the server', () => {
    let server: EsdbServer;
    let store: EventStore;
    let others: EventStore;

    beforeEach(async () => {
      const [started, port] = await start();
      server = started;
      store = await open(localEsdb(port));
      others = await open({ ...localEsdb(port), streamPrefix: 'other.' });
    });

    it('sees nothing of what they write', async () => {
      expect(await store.lastPosition()).toBe(0n);
      const { position } = await store.append('mine', 'no_stream', newEvents(2));
      await others.append('mine', 'no_stream', newEvents(600));

      expect(await store.lastPosition()).toBe(position);
      expect(await store.lastPosition()).toBe(position); // also when it has looked before
      expect(await store.readAll(0n, 10)).toHaveLength(2);
      expect(await store.readAll(position, 10)).toEqual([]);
      expect(await store.readStream('mine')).toHaveLength(2);
    });

    it('finds its own events behind many of theirs', async () => {
      const before = await store.append('mine', 'no_stream', newEvents(1));
      await others.append('theirs', 'no_stream', newEvents(700));
      const { position } = await store.append('mine', 0, newEvents(3));
      await others.append('theirs', 699, newEvents(1200));

      const found = await store.readAll(before.position, 2);
      expect(found.map(({ revision }) => revision)).toEqual([1, 2]);
      expect(await store.lastPosition()).toBe(position);
    });

    it('tells a subscriber how far there is nothing for it', async () => {
      await store.append('mine', 'no_stream', newEvents(1));
      const stop = new AbortController();
      const { position: theirs } = await others.append('theirs', 'no_stream', newEvents(1000));
      const read: bigint[] = [];
      const live = store
        .subscribe(0n, stop.signal, { onRead: (position) => void read.push(position) })
        [Symbol.asyncIterator]();
      await live.next();
      const next = live.next();
      await store.append('mine', 0, newEvents(1));

      expect((await next).value).toMatchObject({ stream: 'mine', revision: 1 });
      expect(read.some((position) => position > theirs / 2n && position < theirs)).toBe(true);
      expect(read).toEqual(read.toSorted((a, b) => Number(a - b)));
      // From there one can go on: it is a place that the server knows.
      expect(await store.readAll(read.at(-1)!, 10)).toHaveLength(1);
      const resumed = store.subscribe(read.at(-1)!, stop.signal)[Symbol.asyncIterator]();
      expect((await resumed.next()).value).toMatchObject({ revision: 1 });
      stop.abort();
    });

    it('tells a subscriber only of progress, however much has come while it was busy', async () => {
      await store.append('mine', 'no_stream', newEvents(1));
      const read: bigint[] = [];
      const stop = new AbortController();
      const options = { onRead: (position: bigint) => void read.push(position) };
      const live = store.subscribe(0n, stop.signal, options)[Symbol.asyncIterator]();
      await live.next();
      await others.append('theirs', 'no_stream', newEvents(600));
      await store.append('mine', 0, newEvents(1));
      for (let n = 0; n < 20; n += 1) await store.readStream('mine', { limit: 1 }); // what was sent before has arrived
      await live.next();
      const next = live.next();
      await store.append('mine', 1, newEvents(1));
      await next;

      expect(read).toEqual(read.toSorted((a, b) => Number(a - b)));
      stop.abort();
    });

    it.each([
      ['data that is no JSON', { data: Buffer.from('{"torn": ') }],
      ['data that is no object', { data: Buffer.from('7') }],
      ['metadata that is no JSON', { customMetadata: Buffer.from('{') }],
      ['no version of its schema', { customMetadata: Buffer.from('{}') }],
      ['bytes', { metadata: new Map([['type', 'SomethingHappened']]) }],
    ])('stops at an event with %s', async (_, part) => {
      await store.append('mine', 'no_stream', newEvents(1));
      server.log.append('test.mine', 0, [{ ...sample, ...part }]);
      const invalid = expect.objectContaining({ message: expect.stringMatching(/revision 1 of stream test.mine/) });

      await expect(store.readStream('mine')).rejects.toBeInstanceOf(InvalidStoredEvent);
      await expect(store.readAll(0n, 10)).rejects.toEqual(invalid);
      const live = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();
      await live.next();
      await expect(live.next()).rejects.toEqual(invalid);
    });
  });

  it('reads and subscribes from the place just before an event, where no record begins', async () => {
    const [, port] = await start();
    const store = await open(localEsdb(port));
    await store.append('stream', 'no_stream', newEvents(6));
    const stop = new AbortController();
    for (const { position, revision } of await store.readStream('stream')) {
      expect(await store.readAll(position - 1n, 1)).toMatchObject([{ revision }]);
      const live = store.subscribe(position - 1n, stop.signal)[Symbol.asyncIterator]();
      for (let next = revision; next < 6; next += 1) {
        expect((await live.next()).value).toMatchObject({ revision: next });
      }
    }
    stop.abort();
  });

  it('finds what was appended before it was closed', async () => {
    const [, port] = await start();
    const first = await open(localEsdb(port));
    const { position } = await first.append('stream', 'no_stream', newEvents(2));
    await first.close();

    const second = await open(localEsdb(port));
    expect(await second.readStream('stream')).toHaveLength(2);
    expect(await second.lastPosition()).toBe(position);
  });

  it.each([
    ['of a server up to 25.0', {}, 1_100_000, 1_048_576],
    ['for an event', { maxAppendBytes: 10_000_000, maxEventBytes: 900_000 }, 1_000_000, 900_000],
    ['for a message', { maxAppendBytes: 100_000_000 }, 17_000_000, 16_767_216],
  ])('does not try again what is above the limit %s', async (_, options, size, limit) => {
    const [server, port] = await start(options);
    const store = await open(localEsdb(port));
    const large = newEvent({ data: { text: 'x'.repeat(size) } });
    const refusal = await store.append('stream', 'no_stream', [large]).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(EventsTooLarge);
    expect(refusal).toMatchObject({ message: expect.stringContaining(String(limit)) });
    expect(server.appends).toBeLessThanOrEqual(1);
    expect(await store.readStream('stream')).toEqual([]);
  });

  describe('closing', () => {
    it('lets appends under way finish, and refuses later ones', async () => {
      const [, port] = await start();
      const store = await open(localEsdb(port));
      const underWay = store.append('stream', 'no_stream', newEvents(1));
      const closed = store.close();

      await expect(store.append('stream', 'any', newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
      await closed;
      expect(await underWay).toMatchObject({ revision: 0 });
    });

    it('ends subscriptions and refuses reads', async () => {
      const [, port] = await start();
      const store = await open(localEsdb(port));
      const waiting = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]().next();
      await store.close();

      expect((await waiting).done).toBe(true);
      await expect(store.readStream('stream')).rejects.toBeInstanceOf(EventStoreUnavailable);
      await expect(store.readAll(0n, 1)).rejects.toBeInstanceOf(EventStoreUnavailable);
    });
  });

  describe('at the start', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'esdb-'));
      cleanUps.push(() => rm(folder, { recursive: true }));
    });

    const openConfigured = (eventStore: KurrentDbConfig): Promise<EventStore> => {
      const [events, readModels] = ['events.sqlite', 'read-models.sqlite'].map((name) => join(folder, name));
      return openEventStore({ databaseServer: null, eventStore }, { events: events!, readModels: readModels! });
    };
    /** What the start of the program fails with. */
    const failureOf = (config: KurrentDbConfig): Promise<Error> =>
      openConfigured(config).then(
        async (store) => {
          await store.close();
          throw new Error('the server was accepted');
        },
        (error: unknown) => error as Error,
      );
    const startEncrypted = async (options: ConstructorParameters<typeof EsdbServer>[0] = {}): Promise<string> => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const certificate = toPem(certificateOf(publicKey, { commonName: 'localhost', signedBy: privateKey }));
      const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await writeFile(join(folder, 'ca.pem'), certificate);
      const [, port] = await start({ ...options, tls: { key, certificate } });
      return `localhost:${port}?tlsCaFile=${encodeURIComponent(join(folder, 'ca.pem'))}`;
    };

    it.each([
      ['that is too old', '21.10.2', /version is 21\.10\.2, needed is 22\.10 or newer/],
      ['that is too old to tell', null, /version is unknown/],
      ['with an odd version', 'latest', /version is latest/],
    ])('refuses a server %s, and names the option', async (_, version, problem) => {
      const [, port] = await start({ version });
      const failure = await failureOf(localEsdb(port));

      expect(failure).toBeInstanceOf(ConfigError);
      expect(failure.message).toMatch(/\[hindsight\] event_store/);
      expect(failure.message).toMatch(problem);
    });

    it.each(['22.10.0', '23.10.1', '25.1.0', 'v24.10.0-alpha'])('takes a server of version %s', async (version) => {
      const [, port] = await start({ version });
      const store = await open(localEsdb(port));

      expect(await store.append('stream', 'no_stream', newEvents(1))).toMatchObject({ revision: 0 });
    });

    it('logs in over an encrypted connection', async () => {
      const place = await startEncrypted({ users: { 'an admin': 'p@ss/w?rd:%ü' } });
      const user = `${encodeURIComponent('an admin')}:${encodeURIComponent('p@ss/w?rd:%ü')}`;
      const store = await openConfigured(esdbConfig(`esdb://${user}@${place}`));
      cleanUps.push(() => store.close());

      expect(await store.append('stream', 'no_stream', newEvents(2))).toMatchObject({ revision: 1 });
      expect(await store.readAll(0n, 10)).toHaveLength(2);
    });

    it.each([
      ['a wrong password', 'admin:topsecret'],
      ['a user without rights', 'stranger:topsecret-too'],
    ])('refuses %s, and shows none', async (_, user) => {
      const users = { admin: 'changeit', stranger: 'topsecret-too' };
      const place = await startEncrypted({ users, strangers: ['stranger'] });
      const failure = await failureOf(esdbConfig(`esdb://${user}@${place}`));

      expect(failure).toBeInstanceOf(ConfigError);
      expect(failure.message).toMatch(/\[hindsight\] event_store: the server refuses these credentials/);
      expect(failure.message).not.toMatch(/topsecret/);
    });

    it('refuses to work without credentials where some are needed', async () => {
      const failure = await failureOf(esdbConfig(`esdb://${await startEncrypted({ users: { admin: 'changeit' } })}`));

      expect(failure).toBeInstanceOf(ConfigError);
      expect(failure.message).toMatch(/\[hindsight\] event_store: the server refuses these credentials/);
    });

    it('needs no credentials, and sends none, where nothing is encrypted', async () => {
      const [, port] = await start({ users: {} });
      const anonymous = await failureOf(esdbConfig(`esdb://admin:changeit@127.0.0.1:${port}?tls=false`));
      expect(anonymous).toBeInstanceOf(ConfigError);

      const [, openPort] = await start();
      const store = await open(esdbConfig(`esdb://admin:changeit@127.0.0.1:${openPort}?tls=false`));
      expect(await store.append('stream', 'no_stream', newEvents(1))).toMatchObject({ revision: 0 });
    });

    it('refuses a certificate that nobody vouches for', async () => {
      const place = await startEncrypted();
      const failure = await failureOf({ ...esdbConfig(`esdb://${place.replace(/\?.*/, '')}`), deadlineMs: 1000 });

      expect(failure).toBeInstanceOf(EventStoreUnavailable);
      expect(failure.message).toMatch(/\[hindsight\] event_store: .*certificate/);
    });

    it('names the option when a certificate cannot be read', async () => {
      const failure = await failureOf(esdbConfig(`esdb://localhost:1?tlsCaFile=${folder}/none.pem`));

      expect(failure).toBeInstanceOf(ConfigError);
      expect(failure.message).toMatch(/\[hindsight\] event_store: .*none\.pem/);
    });

    it('refuses a server that is something else', async () => {
      const [server, port] = await start();
      server.failure = unimplemented;
      const failure = await failureOf(localEsdb(port));

      expect(failure).toBeInstanceOf(ConfigError);
      expect(failure.message).toMatch(/\[hindsight\] event_store: the server is no KurrentDB/);
    });

    it('waits a moment for a server that is not ready', async () => {
      const [server, port] = await start();
      server.failure = notReady;
      server.beforeCall = () => {
        server.beforeCall = () => void (server.failure = null);
      };

      expect(await (await open(localEsdb(port))).lastPosition()).toBe(0n);
    });

    it('is unavailable when there is no server', async () => {
      const [server, port] = await start();
      server.close();

      await expect(KurrentDbEventStore.open(localEsdb(port), 50)).rejects.toBeInstanceOf(EventStoreUnavailable);
    });
  });
});

const sample: ProposedEvent = {
  id: crypto.randomUUID(),
  metadata: new Map([
    ['type', 'SomethingHappened'],
    ['content-type', 'application/json'],
  ]),
  customMetadata: Buffer.from('{"schemaVersion": 1}'),
  data: Buffer.from('{}'),
};
