import { once } from 'node:events';
import { newMember, startTrustingService } from '../support/trusting-service.js';
import type { Service } from '../support/service.js';

describe('the output of a command', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startTrustingService();
    const member = newMember(service);
    for (let n = 0; n < 50; n += 1) await member.create({ name: `image ${n}`, note: 'x'.repeat(2000) });
  });
  afterAll(() => service.remove());

  it('may be left unread, as by head, without a word of complaint', async () => {
    const { child, exit, result } = service.startCommand('events', 'tail', '--json');
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    expect(await exit).toBe(141);
    expect(result().stderr).toBe('');
  });
});
