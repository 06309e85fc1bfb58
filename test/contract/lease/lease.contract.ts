import type { Clock } from '../../../src/kernel/clock.js';
import type { Leases } from '../../../src/kernel/lease.js';

/** `connect` gives the leases as another process sees them. */
type LeaseHarness = Readonly<{ connect: (clock: Clock) => Promise<Leases>; tearDown: () => Promise<void> }>;

export function leaseContract(name: string, setUp: () => Promise<LeaseHarness>): void {
  describe(`Leases contract: ${name}`, () => {
    let harness: LeaseHarness;
    let now: number;
    let one: Leases;
    let other: Leases;

    beforeEach(async () => {
      harness = await setUp();
      now = Date.parse('2026-03-01T00:00:00.000Z');
      const clock: Clock = { now: () => new Date(now) };
      [one, other] = [await harness.connect(clock), await harness.connect(clock)];
    });
    afterEach(() => harness.tearDown());

    it('belong to one holder at a time', async () => {
      expect(await one.acquire('upload', 'a', 1000)).toBe(true);
      expect(await other.acquire('upload', 'b', 1000)).toBe(false);
      expect(await other.acquire('another', 'b', 1000)).toBe(true);
      expect(await other.isHeld('upload')).toBe(true);
    });

    it('can be acquired again by their holder', async () => {
      await one.acquire('upload', 'a', 1000);
      now += 900;
      expect(await one.acquire('upload', 'a', 1000)).toBe(true);
      now += 900;
      expect(await other.isHeld('upload')).toBe(true);
    });

    it('end by themselves, and can be taken then', async () => {
      await one.acquire('upload', 'a', 1000);
      now += 999;
      expect(await other.isHeld('upload')).toBe(true);
      now += 1;
      expect(await other.isHeld('upload')).toBe(false);
      expect(await other.acquire('upload', 'b', 1000)).toBe(true);
      expect(await one.renew('upload', 'a', 1000)).toBe(false);
    });

    it('last as long as they are renewed', async () => {
      await one.acquire('upload', 'a', 1000);
      for (let round = 0; round < 3; round++) {
        now += 900;
        expect(await one.renew('upload', 'a', 1000)).toBe(true);
      }
      expect(await other.acquire('upload', 'b', 1000)).toBe(false);
    });

    it('that ended can be renewed as long as nobody took them', async () => {
      await one.acquire('upload', 'a', 1000);
      now += 5000;
      expect(await one.renew('upload', 'a', 1000)).toBe(true);
      expect(await other.isHeld('upload')).toBe(true);
    });

    it('are free when released, and only their holder releases them', async () => {
      await one.acquire('upload', 'a', 1000);
      await other.release('upload', 'b');
      expect(await one.isHeld('upload')).toBe(true);
      await one.release('upload', 'a');
      expect(await one.isHeld('upload')).toBe(false);
      expect(await one.renew('upload', 'a', 1000)).toBe(false);
      await one.release('upload', 'a');
    });

    it('go to exactly one of many who ask at once', async () => {
      const holders = Array.from({ length: 20 }, (_, index) => `holder-${index}`);
      const taken = await Promise.all(
        holders.map((holder, index) => (index % 2 ? one : other).acquire('upload', holder, 1000)),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });
  });
}
