import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { EventStore, RecordedEvent, SubscribeOptions } from '../../../src/events/event-store.js';
import { EventStoreUnavailable, WrongExpectedRevision } from '../../../src/events/events.errors.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import { newEvent, newEvents } from '../../support/new-event.js';

type EventStoreHarness = Readonly<{
  store: EventStore;
  /** A second, independent handle on the same events, as another process has it. */
  openSecond?: () => Promise<EventStore>;
  tearDown: () => Promise<void>;
}>;

/** What every EventStore does. Cases share one backend: each uses streams of its own and starts at the last position. */
export function eventStoreContract(name: string, setUp: () => Promise<EventStoreHarness>): void {
  describe(`EventStore contract: ${name}`, () => {
    let harness: EventStoreHarness;
    let store: EventStore;
    let stream: string;

    beforeAll(async () => {
      harness = await setUp();
      store = harness.store;
    });
    beforeEach(() => {
      stream = `sample-${randomUUID()}`;
    });
    afterAll(() => harness.tearDown());

    describe('append', () => {
      it('starts a stream at revision 0 and answers with the revision of the last event', async () => {
        const { revision } = await store.append(stream, 'no_stream', newEvents(3));

        expect(revision).toBe(2);
        expect(revisionsOf(await store.readStream(stream))).toEqual([0, 1, 2]);
      });

      it('answers with the position of the last event', async () => {
        const { position } = await store.append(stream, 'no_stream', newEvents(3));

        expect((await store.readStream(stream)).at(-1)?.position).toBe(position);
        expect(await store.lastPosition()).toBe(position);
      });

      it('continues a stream at the revision that the writer expects', async () => {
        await store.append(stream, 'no_stream', newEvents(2));
        const { revision } = await store.append(stream, 1, newEvents(1));

        expect(revision).toBe(2);
      });

      it('appends to whatever there is when any revision will do', async () => {
        await store.append(stream, 'any', newEvents(1));
        const { revision } = await store.append(stream, 'any', newEvents(1));

        expect(revision).toBe(1);
      });

      it.each([
        ['no stream where there is one', 'no_stream' as const],
        ['a revision that is past', 0],
        ['a revision that is still to come', 2],
      ])('refuses a writer who expects %s', async (_, expected) => {
        await store.append(stream, 'no_stream', newEvents(2));

        await expect(store.append(stream, expected, newEvents(1))).rejects.toBeInstanceOf(WrongExpectedRevision);
        expect(await store.readStream(stream)).toHaveLength(2);
      });

      it('refuses a writer who expects a revision of a stream that does not exist', async () => {
        await expect(store.append(stream, 0, newEvents(1))).rejects.toBeInstanceOf(WrongExpectedRevision);
        expect(await store.readStream(stream)).toEqual([]);
      });

      it('names the stream and the expected revision in a refusal', async () => {
        await store.append(stream, 'no_stream', newEvents(2));

        await expect(store.append(stream, 0, newEvents(1))).rejects.toMatchObject({
          message: expect.stringContaining(stream),
          details: { stream, expected: 0 },
        });
      });

      it('adds none of the events of a refused append to the log', async () => {
        const { position } = await store.append(stream, 'no_stream', newEvents(2));
        await expect(store.append(stream, 'no_stream', newEvents(3))).rejects.toThrow(WrongExpectedRevision);

        expect(await store.readAll(position, 10)).toEqual([]);
        expect(await store.lastPosition()).toBe(position);
      });

      it('refuses to append nothing', async () => {
        await expect(store.append(stream, 'any', [])).rejects.toThrow(TypeError);
      });

      it('lets exactly one of many writers win who expect the same revision', async () => {
        const attempts = Array.from({ length: 200 }, () => store.append(stream, 'no_stream', newEvents(1)));
        const outcomes = await Promise.allSettled(attempts);

        const refusals = outcomes
          .filter((outcome) => outcome.status === 'rejected')
          .map(({ reason }) => reason as unknown);
        expect(refusals).toHaveLength(199);
        expect(refusals.every((reason) => reason instanceof WrongExpectedRevision)).toBe(true);
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('gives 200 concurrent appends to one stream a revision each, without gaps', async () => {
        const results = await Promise.all(
          Array.from({ length: 200 }, (_, n) => store.append(stream, 'any', [newEvent({ data: { n } })])),
        );

        expect(results.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(range(200));
        const recorded = await store.readStream(stream);
        expect(revisionsOf(recorded)).toEqual(range(200));
        expect(recorded.map(({ data }) => Number(data['n'])).sort((a, b) => a - b)).toEqual(range(200));
      });

      it('keeps 200 concurrent appends to many streams whole', async () => {
        const streams = range(200).map((n) => `${stream}-${n}`);
        await Promise.all(streams.map((it) => store.append(it, 'no_stream', newEvents(2))));

        for (const it of streams) expect(revisionsOf(await store.readStream(it))).toEqual([0, 1]);
      });

      it('does not let a refused append disturb those that come at the same time', async () => {
        await store.append(stream, 'no_stream', newEvents(1));
        const [first, refused, second] = await Promise.allSettled([
          store.append(`${stream}-a`, 'no_stream', newEvents(1)),
          store.append(stream, 'no_stream', newEvents(1)),
          store.append(`${stream}-b`, 'no_stream', newEvents(1)),
        ]);

        expect([first.status, refused.status, second.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await store.readStream(`${stream}-b`)).toHaveLength(1);
      });
    });

    describe('what is stored', () => {
      it('comes back as it was appended, with its place in the log', async () => {
        const event = newEvent({
          schemaVersion: 7,
          data: {
            text: 'a',
            number: 0.1,
            big: 9007199254740991,
            flag: false,
            nothing: null,
            list: [1, [2]],
            nested: { a: {} },
          },
        });
        const { position } = await store.append(stream, 'no_stream', [event]);

        expect(await store.readStream(stream)).toEqual([{ ...event, stream, revision: 0, position }]);
      });

      it('keeps all metadata', async () => {
        const metadata = {
          recordedAt: '2026-05-06T07:08:09.012Z',
          actor: { userId: null, projectId: 'p', roles: ['admin', 'member'] },
          requestId: null,
          correlationId: 'correlation',
          causationId: 'cause',
          previousHash: 'f'.repeat(64),
        };
        await store.append(stream, 'no_stream', [newEvent({ metadata })]);

        expect((await store.readStream(stream))[0]?.metadata).toEqual(metadata);
      });

      it.each([
        ['text of every script', 'größe 磁盘 🖴 \u2028 «»'],
        ['quotes and control characters', '\'";--\\ \n\r\t\u0001'],
        ['a lone surrogate', '\ud800'],
      ])('keeps %s, also in a name', async (_, text) => {
        await store.append(stream, 'no_stream', [newEvent({ data: { [text]: text } })]);

        expect((await store.readStream(stream))[0]?.data).toEqual({ [text]: text });
      });

      it('keeps half a megabyte of data', async () => {
        const text = 'ä'.repeat(262_144);
        await store.append(stream, 'no_stream', [newEvent({ data: { text } })]);

        expect((await store.readStream(stream))[0]?.data['text']).toBe(text);
      });

      it('is what was appended, whatever sequence of appends that was', async () => {
        // Without a negative zero, which JSON does not have.
        const jsonObject = fc
          .dictionary(fc.string(), fc.jsonValue())
          .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
        const appends = fc.array(
          fc.record({
            stream: fc.nat(2),
            events: fc.array(jsonObject, { minLength: 1, maxLength: 4 }),
          }),
          { maxLength: 8 },
        );
        await fc.assert(
          fc.asyncProperty(appends, async (sequence) => {
            const before = await store.lastPosition();
            const prefix = randomUUID();
            const appended = sequence.map(({ stream: n, events }) => ({
              name: `${prefix}-${n}`,
              events: events.map((data) => newEvent({ data })),
            }));
            for (const { name: target, events } of appended) await store.append(target, 'any', events);

            const all = appended.flatMap(({ name: target, events }) =>
              events.map((event) => ({ ...event, stream: target })),
            );
            expect((await store.readAll(before, 100)).map(withoutPlace)).toEqual(all);
            for (const target of new Set(appended.map((append) => append.name))) {
              const recorded = await store.readStream(target);
              expect(recorded.map(withoutPlace)).toEqual(all.filter((event) => event.stream === target));
              expect(revisionsOf(recorded)).toEqual(range(recorded.length));
            }
          }),
          { numRuns: 50 },
        );
      });

      it('is not what the writer still holds and changes', async () => {
        const data = { list: ['before'] };
        await store.append(stream, 'no_stream', [newEvent({ data })]);
        data.list.push('after');

        expect((await store.readStream(stream))[0]?.data).toEqual({ list: ['before'] });
      });
    });

    describe('readStream', () => {
      beforeEach(() => store.append(stream, 'no_stream', newEvents(5)));

      it('is empty for a stream that does not exist', async () => {
        expect(await store.readStream(`${stream}-other`)).toEqual([]);
        expect(await store.readStream(`${stream}-other`, { direction: 'backwards' })).toEqual([]);
      });

      it('does not take a stream for another whose name begins alike', async () => {
        await store.append(`${stream}0`, 'no_stream', newEvents(1));

        expect(await store.readStream(stream)).toHaveLength(5);
      });

      it.each([
        [{}, [0, 1, 2, 3, 4]],
        [{ fromRevision: 3 }, [3, 4]],
        [{ limit: 2 }, [0, 1]],
        [{ fromRevision: 1, limit: 2 }, [1, 2]],
        [{ fromRevision: 5 }, []],
        [{ direction: 'backwards' as const }, [4, 3, 2, 1, 0]],
        [{ direction: 'backwards' as const, limit: 1 }, [4]],
        [{ direction: 'backwards' as const, fromRevision: 2 }, [2, 1, 0]],
        [{ direction: 'backwards' as const, fromRevision: 2, limit: 2 }, [2, 1]],
        [{ direction: 'backwards' as const, fromRevision: 9 }, [4, 3, 2, 1, 0]],
      ])('with %j yields the revisions %j', async (options, revisions) => {
        expect(revisionsOf(await store.readStream(stream, options))).toEqual(revisions);
      });
    });

    describe('readAll', () => {
      it('yields the events of all streams in the order of their appends', async () => {
        const before = await store.lastPosition();
        await store.append(`${stream}-b`, 'no_stream', newEvents(2));
        await store.append(`${stream}-a`, 'no_stream', newEvents(1));
        await store.append(`${stream}-b`, 1, newEvents(1));

        const events = await store.readAll(before, 10);
        expect(events.map((event) => [event.stream, event.revision])).toEqual([
          [`${stream}-b`, 0],
          [`${stream}-b`, 1],
          [`${stream}-a`, 0],
          [`${stream}-b`, 2],
        ]);
      });

      it('gives each event a position above all earlier ones', async () => {
        const before = await store.lastPosition();
        await Promise.all(range(20).map((n) => store.append(`${stream}-${n}`, 'any', newEvents(2))));

        const positions = (await store.readAll(before, 100)).map(({ position }) => position);
        expect(positions).toHaveLength(40);
        positions.reduce((previous, position) => {
          expect(position).toBeGreaterThan(previous);
          return position;
        }, before);
      });

      it('reads after a position, without the event that has it, and no more than asked for', async () => {
        const before = await store.lastPosition();
        await store.append(stream, 'no_stream', newEvents(4));
        const [first] = await store.readAll(before, 1);

        expect(first?.revision).toBe(0);
        expect(revisionsOf(await store.readAll(first!.position, 2))).toEqual([1, 2]);
      });

      it('reads from the very first event after position 0', async () => {
        await store.append(stream, 'no_stream', newEvents(1));

        const [first] = await store.readAll(0n, 1);
        expect(first?.revision).toBe(0);
        expect(first?.position).toBeGreaterThan(0n);
      });

      it('is empty after the last position', async () => {
        const { position } = await store.append(stream, 'no_stream', newEvents(1));

        expect(await store.readAll(position, 10)).toEqual([]);
      });
    });

    describe('subscribe', () => {
      let stop: AbortController;

      beforeEach(() => {
        stop = new AbortController();
      });
      afterEach(() => stop.abort());

      it('yields what happened before it began, then what happens', async () => {
        const before = await store.lastPosition();
        await store.append(stream, 'no_stream', newEvents(2));
        const live = iterate(store, before, stop.signal);

        expect(revisionsOf(await take(live, 2))).toEqual([0, 1]);
        const next = take(live, 2);
        await store.append(stream, 1, newEvents(2));
        expect(revisionsOf(await next)).toEqual([2, 3]);
      });

      it('yields every event once and in order while others append', async () => {
        const before = await store.lastPosition();
        const live = iterate(store, before, stop.signal);
        const received = take(live, 600);
        await Promise.all(range(100).map((n) => store.append(`${stream}-${n}`, 'any', newEvents(6))));

        expect((await received).map(({ position }) => position)).toEqual(
          (await store.readAll(before, 1000)).map(({ position }) => position),
        );
      });

      it('serves several subscribers independently', async () => {
        const before = await store.lastPosition();
        const first = take(iterate(store, before, stop.signal), 1);
        const second = take(iterate(store, before, stop.signal), 2);
        await store.append(stream, 'no_stream', newEvents(2));

        expect(revisionsOf(await first)).toEqual([0]);
        expect(revisionsOf(await second)).toEqual([0, 1]);
      });

      it('yields the types that are wanted, and tells how far it has read', async () => {
        const before = await store.lastPosition();
        const append = (type: string, count = 1) =>
          store.append(
            stream,
            'any',
            Array.from({ length: count }, () => newEvent({ type })),
          );
        await append('Unwanted', 1200); // more than is read at a time
        await append('Wanted');
        const { position: last } = await append('Unwanted');
        const read: bigint[] = [];
        const options = { types: new Set(['Wanted', 'Other']), onRead: (position: bigint) => void read.push(position) };
        const live = iterate(store, before, stop.signal, options);

        expect(revisionsOf(await take(live, 1))).toEqual([1200]);
        const next = take(live, 2);
        await append('Wanted');
        await append('Unwanted');
        await append('Other');
        expect(revisionsOf(await next)).toEqual([1202, 1204]);
        expect(read).toContain(last);
        expect(read).toEqual(read.toSorted((a, b) => Number(a - b)));
      });

      it('yields nothing while nothing of a wanted type happens', async () => {
        const live = iterate(store, await store.lastPosition(), stop.signal, { types: new Set(['Wanted']) });
        const next = take(live, 1);
        for (let n = 0; n < 3; n += 1) await store.append(stream, 'any', newEvents(1));
        await store.append(stream, 'any', [newEvent({ type: 'Wanted' })]);

        expect(revisionsOf(await next)).toEqual([3]);
      });

      it('ends when it is aborted while it waits', async () => {
        const live = iterate(store, await store.lastPosition(), stop.signal);
        const waiting = live.next();
        stop.abort();

        expect((await waiting).done).toBe(true);
      });

      it('ends when it is aborted between events', async () => {
        const before = await store.lastPosition();
        await store.append(stream, 'no_stream', newEvents(3));
        const live = iterate(store, before, stop.signal);
        await take(live, 1);
        stop.abort();

        expect((await live.next()).done).toBe(true);
      });

      it('yields nothing when it was aborted before', async () => {
        await store.append(stream, 'no_stream', newEvents(1));
        stop.abort();

        expect((await iterate(store, 0n, stop.signal).next()).done).toBe(true);
      });
    });

    it('is closed once, however often it is asked to be, if a handle can be spared', async () => {
      const spare = await harness.openSecond?.();
      if (spare === undefined) {
        expectNoSharing(harness);
        return;
      }
      await Promise.all([spare.close(), spare.close()]);
      await spare.close();

      await expect(spare.lastPosition()).rejects.toBeInstanceOf(EventStoreUnavailable);
    });

    describe('a second handle', () => {
      let second: EventStore | undefined;
      let stop: AbortController;

      beforeAll(async () => {
        second = await harness.openSecond?.();
      });
      beforeEach(() => {
        stop = new AbortController();
      });
      afterEach(() => stop.abort());
      afterAll(() => second?.close());

      it('sees what the first appended, if the backend can be shared', async () => {
        if (second === undefined) {
          expectNoSharing(harness);
          return;
        }
        const { position } = await store.append(stream, 'no_stream', newEvents(2));

        expect(revisionsOf(await second.readStream(stream))).toEqual([0, 1]);
        expect(await second.lastPosition()).toBe(position);
      });

      it('is bound by the same expected revisions, if the backend can be shared', async () => {
        if (second === undefined) {
          expectNoSharing(harness);
          return;
        }
        const writers = [store, second];
        const outcomes = await Promise.allSettled(
          range(50).map((n) => writers[n % 2]!.append(stream, 'no_stream', newEvents(1))),
        );

        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('wakes subscriptions of the first, if the backend can be shared', async () => {
        if (second === undefined) {
          expectNoSharing(harness);
          return;
        }
        const live = iterate(store, await store.lastPosition(), stop.signal);
        const received = take(live, 2);
        await second.append(stream, 'no_stream', newEvents(2));

        expect(revisionsOf(await received)).toEqual([0, 1]);
      });
    });
  });
}

const range = (length: number): number[] => Array.from({ length }, (_, n) => n);

const revisionsOf = (events: readonly RecordedEvent[]): number[] => events.map(({ revision }) => revision);

const withoutPlace = ({ id, type, schemaVersion, data, metadata, stream }: RecordedEvent) => ({
  id,
  type,
  schemaVersion,
  data,
  metadata,
  stream,
});

const expectNoSharing = (harness: EventStoreHarness): void => expect(harness.openSecond).toBeUndefined();

const iterate = (
  store: EventStore,
  after: bigint,
  signal: AbortSignal,
  options?: SubscribeOptions,
): AsyncIterator<RecordedEvent> => store.subscribe(after, signal, options)[Symbol.asyncIterator]();

const take = async (events: AsyncIterator<RecordedEvent>, count: number): Promise<RecordedEvent[]> => {
  const taken: RecordedEvent[] = [];
  while (taken.length < count) {
    const { done, value } = await events.next();
    if (done === true) throw new Error(`The subscription ended after ${taken.length} events`);
    taken.push(value);
  }
  return taken;
};
