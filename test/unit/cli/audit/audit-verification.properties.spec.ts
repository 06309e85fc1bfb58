import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { eventHash } from '../../../../src/events/event-hash.js';
import type { RecordedEvent } from '../../../../src/events/event-store.js';
import type { JsonObject } from '../../../../src/kernel/json.js';
import { AUDIT_STREAM } from '../../../../src/modules/audit/commands/audit-log.js';
import { GappedEventStore } from '../../../support/gapped.event-store.js';
import { newEvent } from '../../../support/new-event.js';
import { appendChained, NotaryDesk } from '../../../support/notarised-log.js';

/** Events for which streams, and after how many a checkpoint is signed. */
const history = fc.record({
  appends: fc.array(fc.record({ stream: fc.integer({ min: 0, max: 3 }), count: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  }),
  maxEvents: fc.integer({ min: 1, max: 7 }),
  /** Which of the events it happens to, as a part of all. */
  where: fc.double({ min: 0, max: 0.999, noNaN: true }),
});
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

/** Files are on disk when they are written: that takes its time. */
const WITH_FILES = { numRuns: 25 };

describe('a log that was signed', () => {
  let desk: NotaryDesk;

  beforeAll(async () => {
    desk = await NotaryDesk.open();
  });
  afterAll(() => desk.close());

  const signed = async ({ appends, maxEvents }: History, withFile = false): Promise<readonly RecordedEvent[]> => {
    const store = new GappedEventStore();
    rmSync(desk.filePath, { force: true });
    const limits = { maxEvents, maxAgeMs: 0, pauseMs: 0 };
    const middle = Math.floor(appends.length / 2);
    for (const part of [appends.slice(0, middle), appends.slice(middle)]) {
      for (const { stream, count } of part) await appendChained(store, `image-${stream}`, count);
      if (part.length > 0) await desk.sign(store, { limits, file: withFile ? desk.file() : null });
    }
    return store.events;
  };
  const misfitIn = async (events: readonly RecordedEvent[], withFile = false) =>
    (await desk.verify(new GappedEventStore([...events]), withFile)).misfit;
  const placeOf = ({ stream, revision, position }: RecordedEvent) => ({ stream, revision, position: String(position) });

  /** Events that a checkpoint in the log covers: the last checkpoint itself is covered by none. */
  const coveredOf = (events: readonly RecordedEvent[]): number =>
    events.findIndex(({ position }) => String(position) === events.at(-1)!.data['position']) + 1;

  const tampered = (
    alter: (
      events: readonly RecordedEvent[],
      index: number,
    ) => Readonly<{ log: readonly RecordedEvent[]; at: RecordedEvent }> | null,
  ) =>
    fc.asyncProperty(history, async (past) => {
      const events = await signed(past);
      const change = alter(events, Math.floor(past.where * coveredOf(events)));
      fc.pre(change !== null);
      expect(await misfitIn(change.log)).toMatchObject({ place: placeOf(change.at) });
    });

  it('fits to what was signed, with the file and without', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (past) => {
        const events = await signed(past, true);
        expect(await misfitIn(events)).toBeNull();
        expect(await misfitIn(events, true)).toBeNull();
      }),
      WITH_FILES,
    );
  });

  it('shows the first event that was altered, although the hashes in its stream were made to fit', async () => {
    await fc.assert(
      tampered((events, index) => {
        const event = events[index]!;
        if (event.stream === AUDIT_STREAM) return null;
        const log = rechained(events.with(index, { ...event, data: { n: 99 } }), event.stream);
        return { log, at: log[index]! };
      }),
    );
  });

  it('shows where an event was removed, by the one that stands in its place', async () => {
    await fc.assert(tampered((events, index) => ({ log: events.toSpliced(index, 1), at: events[index + 1]! })));
  });

  it('shows where two events were exchanged', async () => {
    await fc.assert(
      tampered((events, index) => {
        const [one, other] = [events[index]!, events[index + 1]!];
        const log = events
          .with(index, { ...other, position: one.position })
          .with(index + 1, { ...one, position: other.position });
        return { log, at: log[index]! };
      }),
    );
  });

  it('shows an event that was put between others', async () => {
    await fc.assert(
      tampered((events, index) => {
        const position = events[index]!.position - 5n;
        const added = { ...newEvent(), stream: 'image-9', revision: 0, position };
        return { log: events.toSpliced(index, 0, added), at: added };
      }),
    );
  });

  it('shows by the file of checkpoints where the log was cut off, checkpoints and all', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (past) => {
        const events = await signed(past, true);
        const left = events.slice(0, Math.floor(past.where * coveredOf(events)));
        const misfit = await misfitIn(left, true);
        if (left.length > 0) expect(misfit).toMatchObject({ place: placeOf(left.at(-1)!) });
        else expect(misfit).toMatchObject({ place: { file: desk.filePath } });
      }),
      WITH_FILES,
    );
  });

  it('shows by the file of checkpoints what was altered by somebody who has the key', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (past) => {
        const before = await signed(past, true);
        const index = before.findIndex(({ stream }) => stream !== AUDIT_STREAM);
        const forged = new GappedEventStore();
        const others = before.filter(({ stream }) => stream !== AUDIT_STREAM);
        const altered = rechained(others.with(0, { ...others[0]!, data: { n: 99 } }), others[0]!.stream);
        for (const event of altered) await forged.append(event.stream, 'any', [event]);
        await desk.sign(forged, { limits: { maxEvents: past.maxEvents, maxAgeMs: 0, pauseMs: 0 } });
        expect(await misfitIn(forged.events)).toBeNull();
        expect(await misfitIn(forged.events, true)).toMatchObject({ place: placeOf(before[index]!) });
      }),
      WITH_FILES,
    );
  });

  it('finds every change of a checkpoint', async () => {
    const changes: readonly ((data: JsonObject) => JsonObject)[] = [
      (data) => ({ ...data, position: '1' }),
      (data) => ({ ...data, eventCount: Number(data['eventCount']) + 1 }),
      (data) => ({ ...data, chainHash: 'f'.repeat(64) }),
      (data) => ({ ...data, trace: [] }),
      (data) => ({ ...data, signedAt: '2020-01-01T00:00:00.000Z' }),
      (data) => ({ ...data, keyId: 'f'.repeat(32) }),
      (data) => ({ ...data, signature: Buffer.alloc(64).toString('base64') }),
      (data) => ({ ...data, signature: 1 }),
    ];
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom(...changes), async (past, change) => {
        const events = await signed(past);
        const index = events.findIndex(({ type }) => type === 'AuditCheckpointSigned');
        const event = events[index]!;
        const misfit = await misfitIn(events.with(index, { ...event, data: change(event.data) }));
        expect(misfit).toMatchObject({ place: placeOf(event) });
      }),
    );
  });
});

/** What somebody does who knows that each event carries the hash of the one before it. */
function rechained(events: readonly RecordedEvent[], stream: string): readonly RecordedEvent[] {
  let previous: RecordedEvent | null = null;
  return events.map((event) => {
    if (event.stream !== stream) return event;
    const previousHash: string | null = previous === null ? null : eventHash(stream, previous.revision, previous);
    previous = { ...event, metadata: { ...event.metadata, previousHash } };
    return previous;
  });
}
