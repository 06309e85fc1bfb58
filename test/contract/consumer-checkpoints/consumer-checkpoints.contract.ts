import type { ConsumerCheckpoints } from '../../../src/workers/consumers/consumer.js';

/** `connect` opens them once more, as another process does. */
type Harness = Readonly<{ connect: () => Promise<ConsumerCheckpoints>; tearDown(): Promise<void> }>;

/** Every adapter of the port ConsumerCheckpoints. */
export function consumerCheckpointsContract(name: string, setUp: () => Promise<Harness>): void {
  describe(`ConsumerCheckpoints contract: ${name}`, () => {
    let harness: Harness;
    beforeEach(async () => {
      harness = await setUp();
    });
    afterEach(() => harness.tearDown());

    it('are at the beginning of the log until they are saved', async () => {
      const checkpoints = await harness.connect();
      expect(await checkpoints.load('one')).toBe(0n);
      await checkpoints.save('one', 2n ** 60n + 1n);
      expect(await checkpoints.load('one')).toBe(2n ** 60n + 1n);
      expect(await checkpoints.load('other')).toBe(0n);
    });

    it('begin once: who has begun stays where it is', async () => {
      const checkpoints = await harness.connect();
      await checkpoints.begin('one', 7n);
      expect(await checkpoints.load('one')).toBe(7n);
      await checkpoints.begin('one', 9n);
      await checkpoints.save('one', 8n);
      await checkpoints.begin('one', 9n);
      expect(await checkpoints.load('one')).toBe(8n);
    });

    it('begin at one position, however many processes begin at once', async () => {
      const processes = await Promise.all(Array.from({ length: 4 }, () => harness.connect()));
      await Promise.all(processes.map((checkpoints, index) => checkpoints.begin('one', BigInt(index + 1))));
      const [first] = await Promise.all(processes.map((checkpoints) => checkpoints.load('one')));
      await Promise.all(processes.map((checkpoints) => checkpoints.begin('one', 99n)));
      expect(await processes[0]!.load('one')).toBe(first);
      expect([1n, 2n, 3n, 4n]).toContain(first);
    });
  });
}
