import { KurrentDbEventStore } from '../../../src/events/adapters/kurrentdb/kurrentdb.event-store.js';
import type { EventStore, RecordedEvent } from '../../../src/events/event-store.js';
import { EventStoreUnavailable, WrongExpectedRevision } from '../../../src/events/events.errors.js';
import { esdbConfig, localEsdb } from '../../support/esdb/esdb-config.js';
import {
  consumerTooSlow,
  deadlineExceeded,
  failed,
  noLeader,
  notReady,
  timedOut,
  tooBusy,
} from '../../support/esdb/esdb-faults.js';
import { EsdbLog } from '../../support/esdb/esdb-log.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import { Gate } from '../../support/esdb/gate.js';
import { eventually } from '../../support/eventually.js';
import { newEvent, newEvents } from '../../support/new-event.js';

const LOCAL = '127.0.0.1';

describe('KurrentDB event store whose server fails', () => {
  const cleanUps: (() => unknown)[] = [];
  let server: EsdbServer;
  let gate: Gate;
  /** Reaches the server past the gate. */
  let direct: EventStore;

  const keep = (store: EventStore): EventStore => {
    cleanUps.push(() => store.close());
    return store;
  };
  const open = async (settings = '', retryMs?: number): Promise<EventStore> =>
    keep(await KurrentDbEventStore.open(localEsdb(gate.port, settings), retryMs));

  beforeEach(async () => {
    server = new EsdbServer();
    const port = await server.listen();
    cleanUps.push(() => server.close());
    gate = await Gate.before(port);
    cleanUps.push(() => gate.close());
    direct = keep(await KurrentDbEventStore.open(localEsdb(port)));
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  describe('an append whose answer is lost', () => {
    /** Once: what is stored is not acknowledged, for the connection breaks. */
    const loseAnswer = (meanwhile: () => unknown = () => undefined): void => {
      server.beforeAppendAnswer = async () => {
        server.beforeAppendAnswer = () => undefined;
        await meanwhile();
        gate.drop();
      };
    };

    it.each([['no_stream' as const], [2], ['any' as const]])(
      'is stored once with the expected revision %s, and answered with its place',
      async (expected) => {
        const store = await open();
        if (expected !== 'no_stream') await store.append('stream', 'no_stream', newEvents(3));
        const first = expected === 'no_stream' ? 0 : 3;
        const events = newEvents(2);
        server.appends = 0;
        loseAnswer();
        const { revision, position } = await store.append('stream', expected, events);

        expect(server.appends).toBe(2);
        const recorded = await store.readStream('stream', { fromRevision: first });
        expect(recorded.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
        expect(revision).toBe(first + 1);
        expect(recorded.at(-1)?.position).toBe(position);
        expect(await store.lastPosition()).toBe(position);
      },
    );

    it('is acknowledged also when somebody has written after it', async () => {
      const store = await open();
      loseAnswer(() => direct.append('stream', 1, newEvents(1)));

      expect(await store.append('stream', 'no_stream', newEvents(2))).toMatchObject({ revision: 1 });
      expect(await store.readStream('stream')).toHaveLength(3);
    });
  });

  describe('an append that is written but not readable yet', () => {
    const slow = async (): Promise<readonly [EsdbServer, EventStore, number]> => {
      const slowServer = new EsdbServer({ phaseMs: 20 });
      const port = await slowServer.listen();
      cleanUps.push(() => slowServer.close());
      const store = keep(await KurrentDbEventStore.open(localEsdb(port), 30_000));
      slowServer.log.hold();
      return [slowServer, store, port];
    };

    it('is stored once, and acknowledged when it is readable, though the server gives up waiting', async () => {
      const [slowServer, store] = await slow();
      const append = store.append('stream', 'no_stream', newEvents(2));
      await eventually(() => expect(slowServer.appends).toBeGreaterThan(2));
      slowServer.log.release();

      const { revision, position } = await append;
      expect(revision).toBe(1);
      expect((await store.readStream('stream')).map((event) => event.position)).toEqual([expect.any(BigInt), position]);
    });

    it('refuses others not before they can read what was faster', async () => {
      const [slowServer, store] = await slow();
      const first = store.append('stream', 'no_stream', newEvents(1));
      await eventually(() => expect(slowServer.appends).toBeGreaterThan(0));
      const { reads } = slowServer;
      const refusal = store.append('stream', 'no_stream', newEvents(1)).catch(async (error: unknown) => {
        expect(error).toBeInstanceOf(WrongExpectedRevision);
        return store.readStream('stream');
      });
      await eventually(() => expect(slowServer.reads).toBeGreaterThan(reads));
      slowServer.log.release();

      expect(await refusal).toHaveLength(1);
      expect(await first).toMatchObject({ revision: 0 });
    });

    it('refuses others at last, though it never becomes readable', async () => {
      const [slowServer, store, port] = await slow();
      const other = keep(await KurrentDbEventStore.open(localEsdb(port), 50));
      const first = store.append('stream', 'no_stream', newEvents(1));
      await eventually(() => expect(slowServer.appends).toBeGreaterThan(0));

      await expect(other.append('stream', 'no_stream', newEvents(1))).rejects.toBeInstanceOf(WrongExpectedRevision);
      slowServer.log.release();
      await first;
    });
  });

  describe.each([
    ['that it is not ready', notReady],
    ['that it has too much to do', tooBusy],
    ['that it knows no leader', noLeader],
    ['that it could not write in time', () => timedOut('Prepare')],
    ['that it could not commit in time', () => timedOut('Commit')],
    ['that something went wrong', failed],
    ['that the deadline is over', deadlineExceeded],
  ])('a server that says for a moment %s', (_, failure) => {
    /** Once. */
    const fail = (): void => {
      server.failure = failure;
      server.beforeCall = () => {
        server.beforeCall = () => void (server.failure = null);
      };
    };

    it('is asked again', async () => {
      const store = await open();
      fail();
      await store.append('stream', 'no_stream', newEvents(2));
      fail();
      expect(await store.readStream('stream')).toHaveLength(2);
      fail();
      expect(await store.readAll(0n, 10)).toHaveLength(2);
      fail();
      expect(await store.lastPosition()).toBeGreaterThan(0n);
      fail();
      const live = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();
      expect((await live.next()).value).toMatchObject({ revision: 0 });
    });

    it('is unavailable when it goes on', async () => {
      const store = await open('', 20);
      server.failure = failure;

      await expect(store.append('stream', 'no_stream', newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
      await expect(store.readAll(0n, 1)).rejects.toBeInstanceOf(EventStoreUnavailable);
    });
  });

  it('keeps its connection where it is told to wait as long as it takes for a sign of life', async () => {
    const store = await open('&keepAliveInterval=2&keepAliveTimeout=-1');
    const { connections } = gate;
    const held = Promise.withResolvers<undefined>();
    server.beforeCall = () => held.promise;
    const reads = Array.from({ length: 5 }, () => store.readStream('stream'));
    await eventually(() => expect(server.reads).toBeGreaterThan(4));
    server.beforeCall = () => undefined;
    for (let n = 0; n < 50; n += 1) await direct.readStream('stream'); // time goes by
    held.resolve(undefined);
    await Promise.all(reads);
    for (let n = 0; n < 5; n += 1) await store.readStream('stream');

    expect(gate.connections).toBe(connections);
  });

  it('refuses an append that did not arrive when somebody else was faster', async () => {
    const store = await open();
    server.beforeCall = async () => {
      server.beforeCall = () => undefined;
      await direct.append('stream', 'no_stream', newEvents(1));
      gate.drop();
    };

    await expect(store.append('stream', 'no_stream', newEvents(1))).rejects.toBeInstanceOf(WrongExpectedRevision);
    expect(await store.readStream('stream')).toHaveLength(1);
  });

  it('is unavailable while the server cannot be reached, and works again by itself', async () => {
    const store = await open('', 50);
    await store.append('stream', 'no_stream', newEvents(1));
    gate.shut();

    await expect(store.append('stream', 0, newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
    await expect(store.readStream('stream')).rejects.toBeInstanceOf(EventStoreUnavailable);
    await expect(store.readAll(0n, 1)).rejects.toBeInstanceOf(EventStoreUnavailable);
    await expect(store.lastPosition()).rejects.toBeInstanceOf(EventStoreUnavailable);

    gate.open();
    const events = newEvents(1);
    expect(await eventually(() => store.append('stream', 0, events))).toMatchObject({ revision: 1 });
    expect(await store.readStream('stream')).toHaveLength(2);
  });

  it('outlasts an interruption', async () => {
    const store = await open('', 30_000);
    await store.append('stream', 'no_stream', newEvents(1));
    gate.shut();
    const append = store.append('stream', 0, newEvents(1));
    const read = store.readStream('stream', { limit: 1 });
    await direct.readStream('stream'); // time goes by
    gate.open();

    expect(await append).toMatchObject({ revision: 1 });
    expect(await read).toHaveLength(1);
  });

  it('is unavailable when there is no answer, and uses what the server says later for nothing', async () => {
    const store = await open('&defaultDeadline=200', 0);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    server.beforeCall = () => held;

    const calls = [
      store.append('stream', 'no_stream', newEvents(1)),
      store.readStream('stream'),
      store.readAll(0n, 1),
      store.lastPosition(),
    ];
    for (const { status, ...outcome } of await Promise.allSettled(calls)) {
      expect(status).toBe('rejected');
      expect(outcome).toMatchObject({ reason: expect.any(EventStoreUnavailable) });
    }
    server.beforeCall = () => undefined;
    release();
    const events = newEvents(1);
    expect(await eventually(() => store.append('other', 'no_stream', events))).toMatchObject({ revision: 0 });
  });

  it('waits for an answer that is slow', async () => {
    const store = await open();
    let release: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      server.beforeCall = () => {
        resolve();
        return new Promise((answer) => (release = answer));
      };
    });
    const append = store.append('stream', 'no_stream', newEvents(1));
    await arrived;
    server.beforeCall = () => undefined;
    expect(await direct.readStream('stream')).toEqual([]);
    release();

    expect(await append).toMatchObject({ revision: 0 });
  });

  describe('a subscription', () => {
    it('yields every event once and in order although the connection breaks again and again', async () => {
      const store = await open();
      const stop = new AbortController();
      const total = 400;
      const seen: RecordedEvent[] = [];
      const following = (async () => {
        for await (const event of store.subscribe(0n, stop.signal)) {
          seen.push(event);
          if (seen.length % 50 === 0) gate.drop();
          if (seen.length === total) stop.abort();
        }
      })();
      for (let n = 0; n < total / 4; n += 1) await direct.append(`stream-${n % 3}`, 'any', newEvents(4));
      await following;

      expect(seen.map(({ position }) => position)).toEqual(
        (await direct.readAll(0n, 1000)).map(({ position }) => position),
      );
    });

    it('catches up with what happened while the server could not be reached', async () => {
      const store = await open();
      const stop = new AbortController();
      const live = store.subscribe(0n, stop.signal, { types: new Set(['Wanted']) })[Symbol.asyncIterator]();
      await direct.append('stream', 'any', [newEvent({ type: 'Wanted' })]);
      await live.next();
      const next = live.next();
      gate.shut();
      await direct.append('stream', 'any', [newEvent(), newEvent({ type: 'Wanted' }), newEvent()]);
      gate.open();

      expect((await next).value).toMatchObject({ revision: 2 });
      const later = live.next();
      await direct.append('stream', 'any', [newEvent({ type: 'Wanted' })]);
      expect((await later).value).toMatchObject({ revision: 4 });
      stop.abort();
    });

    it('goes on when the server ends it, or is started anew', async () => {
      const log = new EsdbLog();
      const first = new EsdbServer({ log });
      const port = await first.listen();
      const store = keep(await KurrentDbEventStore.open(localEsdb(port)));
      const stop = new AbortController();
      const live = store.subscribe(0n, stop.signal)[Symbol.asyncIterator]();
      await store.append('stream', 'no_stream', newEvents(1));
      await live.next();
      const next = live.next();
      first.close();
      const second = new EsdbServer({ log });
      cleanUps.push(() => second.close());
      await second.listen(port);
      await store.append('stream', 0, newEvents(1));

      expect((await next).value).toMatchObject({ revision: 1 });
      stop.abort();
    });

    it('goes on when the server finds it too slow', async () => {
      const store = await open();
      const live = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();
      await direct.append('stream', 'no_stream', newEvents(1));
      await live.next();
      const next = live.next();
      server.endSubscriptions(consumerTooSlow());
      await direct.append('stream', 0, newEvents(1));

      expect((await next).value).toMatchObject({ revision: 1 });
    });

    it('takes no event twice from a member that is behind', async () => {
      const behind = new EsdbServer({ log: server.log, isBehind: true });
      cleanUps.push(() => behind.close());
      const store = keep(await KurrentDbEventStore.open(localEsdb(await behind.listen())));
      const { position } = await direct.append('stream', 'no_stream', newEvents(1));
      const live = store.subscribe(position, new AbortController().signal)[Symbol.asyncIterator]();
      const next = live.next();
      await direct.append('stream', 0, newEvents(1));

      expect((await next).value).toMatchObject({ revision: 1 });
    });

    it('ends when it is aborted while the server cannot be reached', async () => {
      const store = await open();
      const stop = new AbortController();
      const live = store.subscribe(0n, stop.signal)[Symbol.asyncIterator]();
      const next = live.next();
      gate.shut();
      stop.abort();

      expect((await next).done).toBe(true);
    });
  });

  describe('in a cluster', () => {
    let members: readonly EsdbServer[];
    let ports: readonly number[];

    /** The first leads, and all know it. */
    const elect = (leader: number): void => {
      const addresses = ports.map((port) => ({ host: LOCAL, port }));
      for (const [index, member] of members.entries()) {
        member.leader = index === leader ? null : addresses[leader]!;
        member.members = [addresses[leader]!, ...addresses.filter((_, other) => other !== leader)];
      }
    };

    beforeEach(async () => {
      const log = new EsdbLog();
      members = [new EsdbServer({ log }), new EsdbServer({ log }), new EsdbServer({ log })];
      ports = await Promise.all(members.map((member) => member.listen()));
      cleanUps.push(() => members.forEach((member) => member.close()));
      elect(0);
    });

    it('goes where the leader is said to be', async () => {
      const store = keep(await KurrentDbEventStore.open(localEsdb(ports[1]!)));
      await store.append('stream', 'no_stream', newEvents(2));

      expect(members.map(({ log }) => log.stream('test.stream')?.length)).toEqual([2, 2, 2]);
      expect(members[0]!.appends).toBe(1);
      expect(await store.readStream('stream')).toHaveLength(2);
    });

    it('asks the members for the leader', async () => {
      const hosts = ports.map((port) => `${LOCAL}:${port}`).join();
      const store = keep(await KurrentDbEventStore.open(esdbConfig(`esdb://${hosts}?tls=false`)));
      await store.append('stream', 'no_stream', newEvents(1));

      expect(members.map(({ appends }) => appends)).toEqual([1, 0, 0]);
    });

    it('asks whom one name stands for', async () => {
      const store = keep(await KurrentDbEventStore.open(esdbConfig(`esdb+discover://${LOCAL}:${ports[2]}?tls=false`)));
      await store.append('stream', 'no_stream', newEvents(1));

      expect(members.map(({ appends }) => appends)).toEqual([1, 0, 0]);
    });

    it('goes on with the next leader when the first is lost, and nothing with it', async () => {
      const hosts = ports.map((port) => `${LOCAL}:${port}`).join();
      const store = keep(await KurrentDbEventStore.open(esdbConfig(`esdb://${hosts}?tls=false`), 30_000));
      const stop = new AbortController();
      const seen: number[] = [];
      const following = (async () => {
        for await (const { revision } of store.subscribe(0n, stop.signal)) {
          seen.push(revision);
          if (revision === 19) stop.abort();
        }
      })();
      for (let n = 0; n < 20; n += 1) {
        if (n === 10) {
          members[0]!.close();
          elect(1);
        }
        await store.append('stream', n === 0 ? 'no_stream' : n - 1, newEvents(1));
      }
      await following;

      expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n));
      expect(members[1]!.appends).toBeGreaterThanOrEqual(10);
    });

    it('follows the next leader, though the former can be reached and hears of nothing', async () => {
      const store = keep(await KurrentDbEventStore.open(localEsdb(ports[0]!), 30_000));
      await store.append('stream', 'no_stream', newEvents(1));
      const live = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();
      await live.next();
      const next = live.next();
      members[0]!.isCutOff = true;
      elect(1);
      await store.append('stream', 0, newEvents(1));

      expect((await next).value).toMatchObject({ revision: 1 });
    });

    it('follows the leader from the start', async () => {
      members[2]!.isCutOff = true;
      const store = keep(await KurrentDbEventStore.open(localEsdb(ports[0]!), 30_000));
      await store.append('stream', 'no_stream', newEvents(1));
      const follower = localEsdb(ports[2]!);
      const reader = keep(await KurrentDbEventStore.open(follower, 30_000));
      const live = reader.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]();

      expect((await live.next()).value).toMatchObject({ revision: 0 });
    });

    it('waits at its start until a leader is found', async () => {
      const hosts = ports.map((port) => `${LOCAL}:${port}`).join();
      const settings = 'tls=false&maxDiscoverAttempts=1&discoveryInterval=10';
      for (const member of members) member.close();
      const opening = KurrentDbEventStore.open(esdbConfig(`esdb://${hosts}?${settings}`), 30_000);
      // Whoever gives up at once has done so when this one has.
      await expect(KurrentDbEventStore.open(esdbConfig(`esdb://${hosts}?${settings}`), 0)).rejects.toBeInstanceOf(
        EventStoreUnavailable,
      );
      for (const [index, member] of members.entries()) await member.listen(ports[index]);

      expect(await keep(await opening).lastPosition()).toBe(0n);
    });

    it('is unavailable while no leader is found', async () => {
      const hosts = ports.map((port) => `${LOCAL}:${port}`).join();
      const settings = 'tls=false&maxDiscoverAttempts=1&discoveryInterval=10';
      const store = keep(await KurrentDbEventStore.open(esdbConfig(`esdb://${hosts}?${settings}`), 50));
      for (const member of members) member.close();

      const calls = Array.from({ length: 20 }, () => store.append('stream', 'any', newEvents(1)));
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ reason: expect.any(EventStoreUnavailable) });
      }
    });
  });
});
