import { randomUUID } from 'node:crypto';
import type { EventStore } from '../../../src/events/event-store.js';
import { AUDIT_STREAM } from '../../../src/modules/audit/commands/audit-log.js';
import { appendChained, NotaryDesk } from '../../support/notarised-log.js';

type AuditHarness = Readonly<{
  store: EventStore;
  /** What somebody can do who has the database: put other data in the place of an event's, remove one, or all behind it. */
  alter: (position: bigint, data: string) => void | Promise<void>;
  remove: (position: bigint) => void | Promise<void>;
  cutOff: (position: bigint) => void | Promise<void>;
  tearDown: () => Promise<void>;
}>;

/** What the notary and `verify --audit` do on every event store. */
export function auditContract(name: string, setUp: () => Promise<AuditHarness>): void {
  describe(`audit contract: ${name}`, () => {
    let harness: AuditHarness;
    let store: EventStore;
    let desk: NotaryDesk;

    beforeEach(async () => {
      [harness, desk] = [await setUp(), await NotaryDesk.open()];
      store = harness.store;
    });
    afterEach(async () => {
      await harness.tearDown();
      desk.close();
    });

    const limits = { maxEvents: 10, maxAgeMs: 0, pauseMs: 1 };
    const fill = async (streams: number): Promise<readonly string[]> => {
      const names = Array.from({ length: streams }, () => `image-${randomUUID()}`);
      for (const stream of names) await appendChained(store, stream, 3);
      for (const stream of names) await appendChained(store, stream);
      return names;
    };

    it('signs all that is in the log, goes on where it was, and finds it unaltered', async () => {
      await fill(9);
      await desk.sign(store, { limits, file: desk.file() });
      await fill(2);
      await desk.sign(store, { limits, file: desk.file() });
      const report = await desk.verify(store, true);
      expect(report).toMatchObject({ misfit: null, filed: report.checkpoints });
      const [last] = await store.readStream(AUDIT_STREAM, { direction: 'backwards', limit: 1 });
      const behind = await store.readAll(BigInt(last!.data['position'] as string), 1000);
      expect(report.vouchedFor).toBe(report.events - behind.length);
      expect(new Set(behind.map(({ stream }) => stream))).toEqual(new Set([AUDIT_STREAM]));
    });

    it('takes in what is appended by others while it works', async () => {
      const stop = new AbortController();
      const running = desk.notary(store, { limits }).run(stop.signal);
      await Promise.all([fill(5), fill(5), fill(5)]);
      stop.abort();
      await running;
      await fill(1);
      await desk.sign(store, { limits });
      const report = await desk.verify(store);
      expect(report.misfit).toBeNull();
      expect(report.vouchedFor).toBeGreaterThanOrEqual(64);
    });

    it('names an event that was altered in the database', async () => {
      const [stream] = await fill(5);
      await desk.sign(store, { limits });
      const event = (await store.readStream(stream!))[1]!;
      await harness.alter(event.position, '{"n":"forged"}');
      expect((await desk.verify(store)).misfit).toMatchObject({
        place: { stream, revision: 1, position: String(event.position) },
      });
    });

    it('names the event before which one was removed from the database', async () => {
      const [stream] = await fill(5);
      await desk.sign(store, { limits });
      const { position } = (await store.readStream(stream!)).at(-1)!;
      const [next] = await store.readAll(position, 1);
      await harness.remove(position);
      expect((await desk.verify(store)).misfit).toMatchObject({
        place: { stream: next!.stream, revision: next!.revision, position: String(next!.position) },
        problem: expect.stringContaining(String(position)),
      });
    });

    it('knows by its file that the log was cut off', async () => {
      await fill(5);
      await desk.sign(store, { limits, file: desk.file() });
      const [last] = await store.readAll(0n, 1);
      await harness.cutOff(last!.position);
      expect((await desk.verify(store, true)).misfit).toMatchObject({
        place: { stream: last!.stream, revision: last!.revision },
      });
    });
  });
}
