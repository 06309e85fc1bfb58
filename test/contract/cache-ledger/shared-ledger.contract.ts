import type { CacheLedger } from '../../../src/kernel/cache-ledger.js';

type SharedLedgerHarness = Readonly<{
  /** The ledger as the node sees it that has this URL. */
  connect: (node: string) => Promise<CacheLedger>;
  tearDown: () => Promise<void>;
}>;

/** What holds beside the contract of every ledger where nodes share one. */
export function sharedLedgerContract(name: string, setUp: () => Promise<SharedLedgerHarness>): void {
  describe(`the ledger that nodes share: ${name}`, () => {
    let harness: SharedLedgerHarness;

    beforeEach(async () => {
      harness = await setUp();
    });
    afterEach(() => harness.tearDown());

    it('keeps the entries of nodes apart, numbers them, and knows who has an image', async () => {
      const { connect } = harness;
      const [one, two] = [await connect('http://one'), await connect('http://two')];
      await one.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
      await two.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
      await two.add({ imageId: 'b', sizeBytes: 1, digest: null, nowMs: 2000 });
      await two.recordHit('a', 3000);
      expect((await one.list()).map(({ imageId, hits, number }) => [imageId, hits, number])).toEqual([['a', 0, 1]]);
      expect((await two.list()).map(({ imageId, hits, number }) => [imageId, hits, number])).toEqual([
        ['a', 1, 2],
        ['b', 0, 3],
      ]);
      expect(await one.nodesWith('a')).toEqual(['http://one', 'http://two']);
      expect(await one.nodesWith('b')).toEqual(['http://two']);
      await one.remove('a');
      expect(await two.nodesWith('a')).toEqual(['http://two']);
      expect(await two.nodesWith('c')).toEqual([]);
    });
  });
}
