import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { openForWriting } from '../../../src/events/adapters/sqlite/sqlite.connection.js';
import { SqliteEventStore } from '../../../src/events/adapters/sqlite/sqlite.event-store.js';
import { SqliteEventWriter } from '../../../src/events/adapters/sqlite/sqlite.event-writer.js';
import type { EventStore } from '../../../src/events/event-store.js';
import {
  EventStoreIncompatible,
  EventStoreUnavailable,
  InvalidStoredEvent,
} from '../../../src/events/events.errors.js';
import { newEvent, newEvents } from '../../support/new-event.js';
import { appendInOwnProcess } from './append-in-own-process.js';

describe('SQLite event store', () => {
  let folder: string;
  let path: string;
  let opened: EventStore[];

  const open = (options: { busyTimeoutMs?: number } = {}): SqliteEventStore => {
    const store = SqliteEventStore.open({ path, ...options });
    opened.push(store);
    return store;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sqlite-events-'));
    path = join(folder, 'data', 'events.db');
    opened = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await rm(folder, { recursive: true });
  });

  describe('opening', () => {
    it('makes the folder, for its owner only', async () => {
      open();

      expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700);
    });

    it('finds what was appended before it was closed', async () => {
      const first = open();
      const appended = await first.append('stream', 'no_stream', newEvents(2));
      await first.close();

      const second = open();
      expect(await second.readStream('stream')).toHaveLength(2);
      expect(await second.lastPosition()).toBe(appended.position);
    });

    it('refuses a file that a newer program wrote', async () => {
      await open().close();
      manipulate((database) => database.pragma('user_version = 99'));

      expect(() => open()).toThrow(EventStoreIncompatible);
      expect(() => open()).toThrow(/schema version 99/);
    });

    it('refuses a file that is no database', async () => {
      await open().close();
      await writeFile(path, 'something else altogether'.repeat(100));

      expect(() => open()).toThrow(EventStoreIncompatible);
    });

    it('says so when the folder cannot be made', async () => {
      await writeFile(join(folder, 'data'), 'a file in its place');

      expect(() => open()).toThrow(EventStoreUnavailable);
    });

    it('syncs every commit to disk', () => {
      const database = openForWriting(path, 100);
      try {
        expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
        expect(database.pragma('synchronous', { simple: true })).toBe(2);
      } finally {
        database.close();
      }
    });
  });

  describe('closing', () => {
    it('lets appends under way finish, and refuses later ones', async () => {
      const store = open();
      const underWay = store.append('stream', 'no_stream', newEvents(1));
      const closed = store.close();

      await expect(store.append('stream', 'any', newEvents(1))).rejects.toBeInstanceOf(EventStoreUnavailable);
      await closed;
      expect(await underWay).toMatchObject({ revision: 0 });
      expect(await open().readStream('stream')).toHaveLength(1);
    });

    it('ends subscriptions and refuses reads', async () => {
      const store = open();
      const waiting = store.subscribe(0n, new AbortController().signal)[Symbol.asyncIterator]().next();
      await store.close();

      expect((await waiting).done).toBe(true);
      await expect(store.readStream('stream')).rejects.toBeInstanceOf(EventStoreUnavailable);
      await expect(store.readAll(0n, 1)).rejects.toBeInstanceOf(EventStoreUnavailable);
    });
  });

  describe('faults', () => {
    it('waits while another process writes, then appends', async () => {
      const store = open();
      const other = new SqliteDatabase(path);
      other.exec('BEGIN IMMEDIATE');
      const append = store.append('stream', 'no_stream', newEvents(1));
      await setImmediate(); // the first attempt has failed by now
      expect(await store.readStream('stream')).toEqual([]);
      other.exec('COMMIT');
      other.close();

      expect(await append).toMatchObject({ revision: 0 });
    });

    it('is unavailable when another process writes for too long, and has written nothing then', async () => {
      const store = open({ busyTimeoutMs: 30 });
      const other = new SqliteDatabase(path);
      other.exec('BEGIN IMMEDIATE');
      const appends = [store.append('a', 'no_stream', newEvents(1)), store.append('b', 'no_stream', newEvents(1))];

      for (const append of appends) await expect(append).rejects.toBeInstanceOf(EventStoreUnavailable);
      other.exec('ROLLBACK');
      other.close();
      expect(await store.readAll(0n, 10)).toEqual([]);
      expect(await store.append('a', 'no_stream', newEvents(1))).toMatchObject({ revision: 0 });
    });

    it('is unavailable when the disk is full, keeps nothing of that append, and goes on with those that fit', async () => {
      open();
      const database = openForWriting(path, 100);
      database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + 4}`);
      const writer = new SqliteEventWriter(database, 100, () => undefined);
      const tooLarge = newEvent({ data: { text: 'x'.repeat(100_000) } });
      const [before, full, after] = await Promise.allSettled([
        writer.append('before', 'no_stream', newEvents(1)),
        writer.append('full', 'no_stream', [newEvent(), tooLarge]),
        writer.append('after', 'no_stream', newEvents(1)),
      ]);
      await writer.close();
      database.close();

      expect(full).toMatchObject({
        reason: { code: 'events.store_unavailable', details: { sqliteCode: 'SQLITE_FULL' } },
      });
      expect([before.status, after.status]).toEqual(['fulfilled', 'fulfilled']);
      const streams = (await open().readAll(0n, 10)).map(({ stream }) => stream);
      expect(streams).toEqual(['before', 'after']);
    });

    it.each([
      ['data', '{"torn": '],
      ['data', '"no object"'],
      ['metadata', '{'],
      ['metadata', 'null'],
    ])('stops a reader at %s that reads %s', async (column, json) => {
      const store = open();
      await store.append('stream', 'no_stream', newEvents(2));
      manipulate((database) => database.prepare(`UPDATE events SET ${column} = ? WHERE revision = 1`).run(json));

      const torn = expect.objectContaining({
        message: expect.stringMatching(/SomethingHappened at revision 1 of stream stream \(position 2\)/),
        details: { type: 'SomethingHappened', stream: 'stream', revision: 1, position: '2' },
      });
      await expect(store.readStream('stream')).rejects.toBeInstanceOf(InvalidStoredEvent);
      await expect(store.readStream('stream')).rejects.toEqual(torn);
      await expect(store.readAll(0n, 10)).rejects.toEqual(torn);
      await expect(
        store.subscribe(1n, new AbortController().signal)[Symbol.asyncIterator]().next(),
      ).rejects.toBeInstanceOf(InvalidStoredEvent);
    });
  });

  it('is shared by several processes that append at the same time', async () => {
    const store = open();
    const stop = new AbortController();
    const seen: bigint[] = [];
    const subscriber = (async () => {
      for await (const { position } of store.subscribe(0n, stop.signal)) {
        seen.push(position);
        if (seen.length === 400) stop.abort();
      }
    })();
    const names = ['first', 'second'];
    await Promise.all(names.map((name) => appendInOwnProcess(path, name, 100)));
    await subscriber;

    expect(await store.readStream('shared')).toHaveLength(200);
    for (const name of names) expect((await store.readStream(`own-${name}`)).at(-1)?.revision).toBe(99);
    expect(seen).toEqual((await store.readAll(0n, 1000)).map(({ position }) => position));
  });

  const manipulate = (change: (database: SqliteDatabase.Database) => unknown): void => {
    const database = new SqliteDatabase(path);
    change(database);
    database.close();
  };
});
