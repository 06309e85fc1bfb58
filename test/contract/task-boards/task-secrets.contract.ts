import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../src/kernel/clock.js';
import type { TaskSecrets } from '../../../src/kernel/task-secrets.js';
import { TaskSecretUnreadable } from '../../../src/projections/database/task-secret.codec.js';

/** `connect` gives the secrets as another process sees them that has this key. */
type SecretsHarness = Readonly<{
  connect: (key: Buffer, clock: Clock) => Promise<TaskSecrets>;
  /** All that is stored, as somebody sees it who has no key. */
  dump: () => Promise<string>;
  tearDown: () => Promise<void>;
}>;

const KEY = Buffer.alloc(32, 1);
const FAR = '2999-01-01T00:00:00.000Z';

export function taskSecretsContract(name: string, setUp: () => Promise<SecretsHarness>): void {
  describe(`TaskSecrets contract: ${name}`, () => {
    let harness: SecretsHarness;
    let now: number;
    let one: TaskSecrets;
    let other: TaskSecrets;
    const clock: Clock = { now: () => new Date(now) };

    beforeEach(async () => {
      now = Date.parse('2026-03-01T00:00:00.000Z');
      harness = await setUp();
      [one, other] = [await harness.connect(KEY, clock), await harness.connect(KEY, clock)];
    });
    afterEach(() => harness.tearDown());

    it('are there for every process, also for one that starts later', async () => {
      const secret = { uri: 'https://user:päss@example.org/a', token: 'gAAAA' };
      await one.put('t', secret);
      expect(await other.find('t')).toEqual(secret);
      expect(await (await harness.connect(Buffer.from(KEY), clock)).find('t')).toEqual(secret);
    });

    it('hold only what was put, and the last that was put', async () => {
      await one.put('t', { uri: 'https://user:pass@example.org/a' });
      await other.put('t', { token: 'gAAAA' });
      expect(await one.find('t')).toEqual({ token: 'gAAAA' });
    });

    it('are gone when removed, and were never there for other tasks', async () => {
      await one.put('t', { token: 'gAAAA' });
      expect(await one.find('u')).toBeNull();
      await other.remove('t');
      await other.remove('never');
      expect(await one.find('t')).toBeNull();
      expect(await one.taskIds(FAR)).toEqual([]);
    });

    it('can be told by when they were put', async () => {
      await one.put('early', { token: 'a' });
      await one.put('again', { token: 'a' });
      now += 1000;
      await one.put('late', { token: 'a' });
      await one.put('again', { token: 'b' });
      expect(await other.taskIds('2026-03-01T00:00:00.000Z')).toEqual([]);
      expect(await other.taskIds('2026-03-01T00:00:01.000Z')).toEqual(['early']);
      expect(await other.taskIds(FAR)).toEqual(['again', 'early', 'late']);
    });

    it('are not in what is stored', async () => {
      const token = randomBytes(20).toString('hex');
      await one.put('t', { token });
      const stored = await harness.dump();
      expect(stored).toContain('t');
      for (const encoding of ['utf8', 'hex', 'base64'] as const) {
        expect(stored).not.toContain(Buffer.from(token).toString(encoding));
      }
    });

    it('cannot be read with another key, and say so', async () => {
      await one.put('t', { token: 'gAAAA' });
      const stranger = await harness.connect(Buffer.alloc(32, 2), clock);
      await expect(stranger.find('t')).rejects.toBeInstanceOf(TaskSecretUnreadable);
      await expect(stranger.find('t')).rejects.toThrow(/task t cannot be read with the key of this process/);
      expect(await stranger.find('u')).toBeNull();
      expect(await stranger.taskIds(FAR)).toEqual(['t']);
      await stranger.remove('t');
      expect(await one.find('t')).toBeNull();
    });
  });
}
