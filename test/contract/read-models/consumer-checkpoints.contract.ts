import { SqlConsumerCheckpoints } from '../../../src/projections/database/sql-consumer-checkpoints.js';
import type { ReadModelHarness } from './read-model.harness.js';

export function consumerCheckpointsContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`checkpoints of consumers: ${name}`, () => {
    let harness: ReadModelHarness;
    let one: SqlConsumerCheckpoints;
    let other: SqlConsumerCheckpoints;

    beforeEach(async () => {
      harness = await setUp();
      one = new SqlConsumerCheckpoints(await harness.open());
      other = new SqlConsumerCheckpoints(await harness.open());
    });
    afterEach(() => harness.tearDown());

    it('are 0 for who has not begun, and then what any process saved last', async () => {
      expect(await one.load('webhooks')).toBe(0n);
      await one.save('webhooks', 5n);
      expect(await other.load('webhooks')).toBe(5n);
      await other.save('webhooks', 7n);
      expect(await one.load('webhooks')).toBe(7n);
      expect(await one.load('other')).toBe(0n);
    });

    it('keep positions with more digits than a number is exact to', async () => {
      await one.save('webhooks', 2n ** 63n - 1n);
      expect(await other.load('webhooks')).toBe(2n ** 63n - 1n);
    });

    it('begin once: who has begun stays where it is', async () => {
      await one.begin('webhooks', 7n);
      expect(await other.load('webhooks')).toBe(7n);
      await other.save('webhooks', 8n);
      await one.begin('webhooks', 9n);
      expect(await one.load('webhooks')).toBe(8n);
    });

    it('begin at one position, however many processes begin at once', async () => {
      await Promise.all([1n, 2n, 3n, 4n].map((position, n) => (n % 2 === 0 ? one : other).begin('webhooks', position)));
      const begun = await one.load('webhooks');
      expect([1n, 2n, 3n, 4n]).toContain(begun);
      expect(await other.load('webhooks')).toBe(begun);
    });

    it('take saves of several processes at once', async () => {
      await Promise.all(
        [one, other].flatMap((each) => [1n, 2n, 3n].map((position) => each.save('webhooks', position))),
      );
      expect([1n, 2n, 3n]).toContain(await one.load('webhooks'));
    });
  });
}
