import type { DeadLetter, DeadLetters } from '../../../src/kernel/dead-letters.js';

type Harness = Readonly<{ letters: DeadLetters; tearDown(): Promise<void> }>;

const letter = (overrides: Partial<DeadLetter> = {}): DeadLetter => ({
  webhook: 'audit',
  eventId: 'e1',
  stream: 'image-1',
  revision: 3,
  type: 'ImageCreated',
  attempts: 12,
  reason: 'The server answers with status 500',
  diedAt: '2026-01-02T03:04:05.678Z',
  ...overrides,
});

/** Every adapter of the port DeadLetters. */
export function deadLettersContract(name: string, setUp: () => Promise<Harness>): void {
  describe(`DeadLetters contract: ${name}`, () => {
    let harness: Harness;
    beforeEach(async () => {
      harness = await setUp();
    });
    afterEach(() => harness.tearDown());

    it('keeps what is added, oldest first', async () => {
      const { letters } = harness;
      const [second, first] = [letter(), letter({ eventId: 'e0', diedAt: '2026-01-02T03:04:04.000Z', reason: 'ä\n"' })];
      await letters.add(second);
      await letters.add(first);
      expect(await letters.list('audit')).toEqual([first, second]);
    });

    it('keeps those of each webhook apart', async () => {
      const { letters } = harness;
      const [one, other] = [letter(), letter({ webhook: 'other', diedAt: '2026-01-02T03:04:06.000Z' })];
      await letters.add(one);
      await letters.add(other);
      expect(await letters.list('other')).toEqual([other]);
      expect(await letters.list(null)).toEqual([one, other]);
      await letters.remove('audit', 'e1');
      expect(await letters.list(null)).toEqual([other]);
    });

    it('keeps one letter for each event', async () => {
      const { letters } = harness;
      await letters.add(letter());
      await letters.add(letter({ attempts: 13 }));
      expect(await letters.list('audit')).toEqual([letter({ attempts: 13 })]);
    });

    it('does not mind a letter that is not there', async () => {
      await harness.letters.remove('audit', 'e1');
      expect(await harness.letters.list(null)).toEqual([]);
    });
  });
}
