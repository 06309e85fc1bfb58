import type { CacheLedger } from '../../../src/kernel/cache-ledger.js';

/** `connect` gives the ledger as another process of the same node sees it. */
type LedgerHarness = Readonly<{ connect: () => Promise<CacheLedger>; tearDown: () => Promise<void> }>;

export function cacheLedgerContract(name: string, setUp: () => Promise<LedgerHarness>): void {
  describe(`CacheLedger contract: ${name}`, () => {
    let harness: LedgerHarness;
    let one: CacheLedger;
    let other: CacheLedger;

    beforeEach(async () => {
      harness = await setUp();
      [one, other] = [await harness.connect(), await harness.connect()];
    });
    afterEach(() => harness.tearDown());

    it('knows nothing of an image that was not added', async () => {
      expect(await one.find('a')).toBeNull();
      expect(await one.list()).toEqual([]);
    });

    it('shows other processes what was added', async () => {
      await one.add({ imageId: 'a', sizeBytes: 5_000_000_000, digest: 'ff', nowMs: 1_700_000_000_123 });
      expect(await other.find('a')).toMatchObject({
        imageId: 'a',
        sizeBytes: 5_000_000_000,
        digest: 'ff',
        hits: 0,
        lastAccessedMs: 1_700_000_000_123,
        lastModifiedMs: 1_700_000_000_123,
      });
    });

    it('keeps an entry without a hash', async () => {
      await one.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
      expect(await one.find('a')).toMatchObject({ digest: null });
    });

    it('counts the hits of all processes, and the time of the last one', async () => {
      await one.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
      await Promise.all([one, other, one, other].map((ledger, turn) => ledger.recordHit('a', 2000 + turn)));
      expect(await one.find('a')).toMatchObject({ hits: 4, lastAccessedMs: 2003, lastModifiedMs: 1000 });
    });

    it('counts no hit of what is not there', async () => {
      await one.recordHit('a', 1000);
      expect(await one.list()).toEqual([]);
    });

    it('lists the oldest entry first', async () => {
      await one.add({ imageId: 'young', sizeBytes: 1, digest: null, nowMs: 2000 });
      await one.add({ imageId: 'old', sizeBytes: 1, digest: null, nowMs: 1000 });
      expect((await other.list()).map(({ imageId }) => imageId)).toEqual(['old', 'young']);
    });

    it('begins anew for an image that is added again', async () => {
      await one.add({ imageId: 'a', sizeBytes: 1, digest: 'aa', nowMs: 1000 });
      await one.recordHit('a', 1500);
      await other.add({ imageId: 'a', sizeBytes: 2, digest: 'bb', nowMs: 2000 });
      expect(await one.list()).toEqual([
        expect.objectContaining({ sizeBytes: 2, digest: 'bb', hits: 0, lastAccessedMs: 2000, lastModifiedMs: 2000 }),
      ]);
    });

    it('forgets what was removed, also twice', async () => {
      await one.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
      await other.remove('a');
      await one.remove('a');
      expect(await one.find('a')).toBeNull();
    });
  });
}
