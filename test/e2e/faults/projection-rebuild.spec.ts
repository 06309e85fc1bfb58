import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expectSuccess } from '../../support/run-command.js';
import { newMember, startTrustingService } from '../../support/trusting-service.js';
import type { ImageSession } from '../../support/image-session.js';
import type { Service } from '../../support/service.js';

const IMAGES = 900;

describe('rebuilding the read models', () => {
  let service: Service;
  let member: ImageSession;

  beforeAll(async () => {
    service = await startTrustingService();
    member = newMember(service);
    const createSome = async (): Promise<void> => {
      for (let n = 0; n < IMAGES / 6; n += 1) await member.create({ name: 'old', foo: 'bar', tags: ['a', 'b'] });
    };
    await Promise.all(Array.from({ length: 6 }, createSome));
  });
  afterAll(() => service.remove());

  const expectCompleteList = async (): Promise<void> => {
    const { images } = await member.list('?limit=1000&name=old&foo=bar&tag=a');
    expect(images).toHaveLength(IMAGES);
  };

  it('goes on while the service serves and writes', async () => {
    const { exit, result } = service.startCommand('projections', 'rebuild');
    const written = await member.create({ name: 'written meanwhile' });
    await expectCompleteList();
    await exit;
    expectSuccess(result());
    await expectCompleteList();
    expect((await member.list('?name=written+meanwhile')).images[0].id).toBe(written.id);
  });

  it('may be killed at any moment: the old read model serves, and the next rebuild succeeds', async () => {
    for (let kills = 0; kills < 6; kills += 1) {
      const { child, exit } = service.startCommand('projections', 'rebuild');
      await pause(randomInt(200, 1500)); // a random moment, that is the point
      child.kill('SIGKILL');
      await exit;
      await expectCompleteList();
    }
    expectSuccess(await service.command('projections', 'rebuild'));
    await expectCompleteList();
    expectSuccess(await service.command('verify'));
    const { id } = await member.create({ name: 'after' });
    expect((await member.list('?name=after')).images[0].id).toBe(id);
  });
});
