import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expectStatus } from '../../support/expectations.js';
import { expectSuccess } from '../../support/run-command.js';
import { newMember, startTrustingService } from '../../support/trusting-service.js';
import type { ImageSession } from '../../support/image-session.js';
import type { Service } from '../../support/service.js';

const WRITERS = 6;
const ROUNDS = 4;

/** What one writer knows of its images: the last revision that the service acknowledged, by image id. */
class Writer {
  readonly acknowledged = new Map<string, number>();
  private attempts = 0;

  constructor(
    private readonly session: ImageSession,
    private readonly name: string,
  ) {}

  /** Creates images and changes them until the service is gone. */
  async writeUntilItFails(): Promise<void> {
    try {
      for (;;) await this.writeOneImage();
    } catch {
      // The service was killed; what was in flight is unknown, what was acknowledged is recorded.
    }
  }

  private async writeOneImage(): Promise<void> {
    this.attempts += 1;
    const image = await this.session.create({ name: `${this.name}-${this.attempts}`, step: '0' });
    this.acknowledged.set(image.id, 0);
    for (const step of [1, 2, 3]) {
      const patch = [{ op: 'replace', path: '/step', value: String(step) }];
      expectStatus(await this.session.patch(image.id, patch), 200);
      this.acknowledged.set(image.id, step);
    }
  }
}

const listAll = async (session: ImageSession): Promise<Map<string, number>> => {
  const steps = new Map<string, number>();
  let path: string | undefined = '/v2/images?limit=200';
  while (path !== undefined) {
    const page: any = expectStatus(await session.get(path), 200).json;
    for (const image of page.images) steps.set(image.id, Number(image.step));
    path = page.next;
  }
  return steps;
};

describe('a process that is killed again and again under a stream of writes', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startTrustingService();
  });
  afterAll(() => service.remove());

  it('keeps every write that it has acknowledged, and invents none', async () => {
    const member = newMember(service);
    const writers = Array.from({ length: WRITERS }, (_, n) => new Writer(member, `writer-${n}`));
    for (let round = 1; round <= ROUNDS; round += 1) {
      const writing = writers.map((writer) => writer.writeUntilItFails());
      await pause(randomInt(100, 1200)); // a random moment, that is the point
      await service.kill9();
      await Promise.all(writing);
      await service.launch();

      const listed = await listAll(member);
      const acknowledged = new Map(writers.flatMap((writer) => [...writer.acknowledged]));
      expect(acknowledged.size).toBeGreaterThan(0);
      const lost = [...acknowledged].filter(([id, step]) => (listed.get(id) ?? -1) < step);
      expect(lost).toEqual([]);
      // Each kill leaves each writer with at most one write whose fate it does not know.
      const ahead = [...acknowledged].filter(([id, step]) => listed.get(id)! > step + 1);
      expect(ahead).toEqual([]);
      expect(listed.size - acknowledged.size).toBeLessThanOrEqual(WRITERS * round);
    }
    expectSuccess(await service.command('verify'));
  });
});
