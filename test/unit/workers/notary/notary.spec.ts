import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidStoredEvent, WrongExpectedRevision } from '../../../../src/events/events.errors.js';
import type { RecordedEvent } from '../../../../src/events/event-store.js';
import { AUDIT_STREAM } from '../../../../src/modules/audit/commands/audit-log.js';
import {
  AuditCheckpointForeign,
  AuditCheckpointLost,
  AuditKeyInvalid,
} from '../../../../src/modules/audit/domain/audit.errors.js';
import { eventually } from '../../../support/eventually.js';
import { GappedEventStore } from '../../../support/gapped.event-store.js';
import { appendChained, NotaryDesk } from '../../../support/notarised-log.js';

const never = new AbortController().signal;

describe('the notary', () => {
  let desk: NotaryDesk;
  let store: GappedEventStore;

  beforeEach(async () => {
    desk = await NotaryDesk.open();
    store = new GappedEventStore();
  });
  afterEach(() => desk.close());

  const checkpoints = (): readonly RecordedEvent[] =>
    store.events.filter(({ type }) => type === 'AuditCheckpointSigned');
  const counts = () => checkpoints().map(({ data }) => [data['eventCount'], (data['trace'] as string[]).length]);

  it('introduces its key with the first checkpoint, and signs with it from then on', async () => {
    await appendChained(store, 'image-1', 3);
    await desk.sign(store);
    await appendChained(store, 'image-1', 2);
    await desk.sign(store);
    const own = store.events.filter(({ stream }) => stream === AUDIT_STREAM);
    expect(own.map(({ type }) => type)).toEqual([
      'AuditKeyIntroduced',
      'AuditCheckpointSigned',
      'AuditCheckpointSigned',
    ]);
    // the second covers the introduction and the first, too
    expect(counts()).toEqual([
      [3, 3],
      [7, 4],
    ]);
    expect(await desk.verify(store)).toMatchObject({ misfit: null, vouchedFor: 7, events: 8, checkpoints: 2 });
  });

  it('signs after so many events', async () => {
    await appendChained(store, 'image-1', 7);
    await desk.sign(store, { limits: { maxEvents: 3, maxAgeMs: 0, pauseMs: 0 } });
    expect(counts()).toEqual([
      [3, 3],
      [6, 3],
      [7, 1],
    ]);
  });

  it('signs some time after the first new event, and not because of its own', async () => {
    let now = 0;
    const clock = { now: () => new Date(now) };
    const stop = new AbortController();
    const limits = { maxEvents: 1000, maxAgeMs: 60_000, pauseMs: 0 };
    await appendChained(store, 'image-1');
    let rounds = 0;
    class Counting extends GappedEventStore {
      override readAll(...args: Parameters<GappedEventStore['readAll']>) {
        rounds += 1;
        return super.readAll(...args);
      }
    }
    const rounded = new Counting(store.events);
    const anotherRound = async (): Promise<void> => {
      const begun = rounds;
      await eventually(() => expect(rounds).toBeGreaterThan(begun + 1));
    };
    const running = desk.notary(rounded, { clock, limits }).run(stop.signal);
    await anotherRound();
    now = 59_999;
    await anotherRound();
    expect(checkpoints()).toEqual([]);
    now = 60_000;
    await eventually(() => expect(checkpoints()).toHaveLength(1));
    now = 600_000;
    await anotherRound();
    expect(checkpoints()).toHaveLength(1);
    stop.abort();
    await running;
  });

  it('needs to know no type of event', async () => {
    await store.append('image-1', 'no_stream', [
      { ...(await sample()), type: 'OfTheFuture', schemaVersion: 99, data: { any: ['thing', { else: null }] } },
    ]);
    await desk.sign(store);
    expect(await desk.verify(store)).toMatchObject({ misfit: null, vouchedFor: 1 });
  });

  it('stops at an event that cannot be read', async () => {
    const torn = new InvalidStoredEvent('its data is no JSON object');
    class Torn extends GappedEventStore {
      override readAll(): Promise<readonly RecordedEvent[]> {
        return Promise.reject(torn);
      }
    }
    await expect(desk.notary(new Torn()).run(never)).rejects.toBe(torn);
  });

  it('does not go on when another notary is at work, and then does from where that one was', async () => {
    await appendChained(store, 'image-1', 2);
    const overtaken = new GappedEventStore(store.events);
    overtaken.append = async (...args) => {
      overtaken.append = (...later) => store.append(...later);
      await desk.sign(store);
      return store.append(...args);
    };
    await expect(desk.notary(overtaken).run(never)).rejects.toThrow(WrongExpectedRevision);
    await appendChained(store, 'image-1');
    await desk.sign(store);
    expect(counts()).toEqual([
      [2, 2],
      [5, 3],
    ]);
    expect((await desk.verify(store)).misfit).toBeNull();
  });

  describe('does not sign what is left', () => {
    const remembered = (position: bigint) => ({ load: () => Promise.resolve(position), save: () => Promise.resolve() });

    it('when the log has lost its last checkpoint', async () => {
      await appendChained(store, 'image-1');
      await desk.sign(store);
      const { position } = store.events.at(-1)!;
      await expect(
        desk.notary(new GappedEventStore(store.events.slice(0, 1)), { checkpoints: remembered(position) }).run(never),
      ).rejects.toThrow(AuditCheckpointLost);
    });

    it('when a checkpoint that it signed itself was replaced', async () => {
      await appendChained(store, 'image-1');
      const notary = desk.notary(store);
      const stop = new AbortController();
      const running = notary.run(stop.signal);
      await eventually(() => expect(checkpoints()).toHaveLength(1));
      stop.abort();
      await running;
      store.events.splice(0);
      await appendChained(store, 'image-1');
      await desk.sign(store);
      await expect(notary.run(never)).rejects.toThrow(AuditCheckpointLost);
    });

    it('when the last checkpoint is signed with a key that is not its own', async () => {
      await appendChained(store, 'image-1');
      const stranger = await NotaryDesk.open();
      await stranger.sign(store);
      stranger.close();
      await expect(desk.notary(store).run(never)).rejects.toThrow(AuditCheckpointForeign);
    });

    it('when its file knows a checkpoint that the log does not have', async () => {
      await appendChained(store, 'image-1');
      await desk.sign(store, { file: desk.file() });
      store.events.splice(0);
      await appendChained(store, 'image-1');
      await desk.sign(store);
      await expect(desk.notary(store, { file: desk.file() }).run(never)).rejects.toThrow(AuditCheckpointLost);
    });
  });

  describe('with a file of checkpoints', () => {
    it('writes down what it missed, also behind a line that was interrupted', async () => {
      await appendChained(store, 'image-1');
      await desk.sign(store, { file: desk.file() });
      await appendChained(store, 'image-1');
      await desk.sign(store);
      const before = readFileSync(desk.filePath, 'utf8');
      writeFileSync(desk.filePath, '{"data":{"chain', { flag: 'a' });
      await appendChained(store, 'image-1');
      await desk.sign(store, { file: desk.file() });
      expect(readFileSync(desk.filePath, 'utf8')).toMatch(before);
      expect(await desk.verify(store, true)).toMatchObject({ misfit: null, checkpoints: 3, filed: 3 });
    });

    it('begins again when the file was interrupted in its first line', async () => {
      await appendChained(store, 'image-1');
      await desk.sign(store, { file: desk.file() });
      truncateSync(desk.filePath, 20);
      await appendChained(store, 'image-1');
      await desk.sign(store, { file: desk.file() });
      expect(await desk.verify(store, true)).toMatchObject({ misfit: null, filed: 2 });
    });

    it('goes on in a new file when the old one was taken away', async () => {
      const file = desk.file();
      await appendChained(store, 'image-1');
      await desk.sign(store, { file });
      rmSync(desk.filePath);
      await appendChained(store, 'image-1');
      await desk.sign(store, { file });
      expect(await desk.verify(store, true)).toMatchObject({ misfit: null, checkpoints: 2, filed: 1, vouchedFor: 4 });
    });

    it('refuses a file that is something else', async () => {
      writeFileSync(desk.filePath, 'root:x:0:0::/root:/bin/sh\n');
      await expect(desk.notary(store, { file: desk.file() }).run(never)).rejects.toThrow(AuditCheckpointLost);
      expect(readFileSync(desk.filePath, 'utf8')).toBe('root:x:0:0::/root:/bin/sh\n');
    });

    it('signs although the file cannot be written to, and says so', async () => {
      const failures: unknown[] = [];
      rmSync(desk.filePath, { force: true });
      const file = Object.assign(desk.file(), { path: desk.dir });
      await appendChained(store, 'image-1');
      await desk.sign(store, {
        file,
        log: { signed: () => undefined, notFiled: (error) => void failures.push(error) },
      });
      expect(checkpoints()).toHaveLength(1);
      expect(failures).not.toEqual([]);
    });
  });

  describe('with another key', () => {
    it('has the former one vouch for it', async () => {
      const { all: trusted } = await desk.keys.read();
      await appendChained(store, 'image-1');
      await desk.sign(store);
      await desk.keys.rotate();
      await appendChained(store, 'image-1');
      await desk.sign(store);
      const [first, second] = store.events.filter(({ type }) => type === 'AuditKeyIntroduced').map(({ data }) => data);
      expect(first).toMatchObject({ keyId: trusted[0]!.id, previousKeyId: null, endorsement: null });
      expect(second).toMatchObject({ previousKeyId: trusted[0]!.id, endorsement: expect.any(String) });
      for (const keys of [trusted, (await desk.keys.read()).all.slice(0, 1)]) {
        expect(await desk.verify(store, false, keys)).toMatchObject({ misfit: null, vouchedFor: 4 });
      }
    });

    it('is not believed when nobody vouches for it', async () => {
      const { all: trusted } = await desk.keys.read();
      await appendChained(store, 'image-1');
      await desk.sign(store);
      rmSync(desk.keys.path);
      await desk.keys.makeIfMissing();
      await expect(desk.notary(store).run(never)).rejects.toThrow(AuditCheckpointForeign);
      const former = trusted[0]!.publicKey.export({ format: 'pem', type: 'spki' }).toString();
      writeFileSync(desk.keys.path, former, { flag: 'a' });
      await appendChained(store, 'image-1');
      await desk.sign(store);
      const { misfit } = await desk.verify(store, false, trusted);
      expect(misfit).toMatchObject({ problem: expect.stringContaining('nobody vouches') });
      expect((await desk.verify(store)).misfit).toBeNull();
    });

    it('makes none in the place of one that is there', async () => {
      const { signing } = await desk.keys.read();
      await desk.keys.makeIfMissing();
      expect((await desk.keys.read()).signing.id).toBe(signing.id);
    });

    it.each(['', 'no key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'])(
      'refuses a file with "%s"',
      async (text) => {
        writeFileSync(desk.keys.path, text);
        await expect(desk.keys.read()).rejects.toThrow(AuditKeyInvalid);
      },
    );
  });

  it('gives way to others while it goes through a long log', async () => {
    await appendChained(store, 'image-1', 1000);
    const done = new AbortController();
    const others = (async () => {
      let turns = 0;
      for (; !done.signal.aborted; turns += 1) await nextTurn();
      return turns;
    })();
    await desk.sign(store, { limits: { maxEvents: 10_000, maxAgeMs: 0, pauseMs: 0 } });
    done.abort();
    expect(await others).toBeGreaterThan(10);
    expect(counts()).toEqual([[1000, 1000]]);
  });
});

const sample = async () => {
  const store = new GappedEventStore();
  await appendChained(store, 'image-1');
  return store.events[0]!;
};
