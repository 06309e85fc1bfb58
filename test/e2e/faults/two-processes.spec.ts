import { randomBytes } from 'node:crypto';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { newCast } from '../../support/callers.js';
import { Service } from '../../support/service.js';
import { startTrustingService, trusting } from '../../support/trusting-service.js';

describe('two processes on one data folder', () => {
  let first: Service;
  let second: Service;

  beforeAll(async () => {
    first = await startTrustingService();
    second = await Service.start({ ...trusting(), role: 'api', dataDir: first.dataDir });
  });
  afterAll(async () => {
    await second.remove();
    await first.remove();
  });

  const sessions = () => {
    const { member } = newCast();
    return [first, second].map((service) => new ImageSession(() => service.url, member)) as [
      ImageSession,
      ImageSession,
    ];
  };

  it('what is written through one is seen through the other at once, in both directions', async () => {
    const [one, other] = sessions();
    for (const [writer, reader] of [
      [one, other],
      [other, one],
    ] as const) {
      for (let n = 0; n < 20; n += 1) {
        const { id } = await writer.create({ name: `image-${n}` });
        expect((await reader.show(id)).name).toBe(`image-${n}`);
        expectStatus(await reader.patch(id, [{ op: 'replace', path: '/name', value: 'renamed' }]), 200);
        expect((await writer.list('?name=renamed')).images[0].id).toBe(id);
        expectStatus(await writer.delete(`/v2/images/${id}`), 204);
        expectProblem(await reader.get(`/v2/images/${id}`), 404);
      }
    }
  });

  it('data uploaded through one is downloaded through the other', async () => {
    const [one, other] = sessions();
    const data = randomBytes(100_000);
    const { id } = await other.active({}, data);
    expect((await one.download(id)).body.equals(data)).toBe(true);
  });

  it('writes to one image through both are all kept', async () => {
    const [one, other] = sessions();
    const { id } = await one.create({});
    const tags = Array.from({ length: 40 }, (_, n) => `tag-${n}`);
    const answers = await Promise.all(
      tags.map(async (tag, n) => {
        const session = n % 2 === 0 ? one : other;
        for (;;) {
          // 409 says: somebody else was faster too often, try again.
          const answer = await session.put(`/v2/images/${id}/tags/${tag}`);
          if (answer.status !== 409) return answer.status;
        }
      }),
    );
    expect(new Set(answers)).toEqual(new Set([204]));
    expect([...(await one.show(id)).tags].sort()).toEqual([...tags].sort());
  });
});
