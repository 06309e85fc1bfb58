import { expectEmpty, expectProblem } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { UNKNOWN_ID } from '../../support/image-session.js';

describeConformance('deactivating and reactivating', 'default', (target) => {
  it('ACT-01 an active image is deactivated', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectEmpty(await member.action(id, 'deactivate'), 204);
    expect((await member.show(id)).status).toBe('deactivated');
  });

  it('ACT-02 doing it again changes nothing', async () => {
    const { member } = target.cast();
    const { id } = await member.deactivated();
    expectEmpty(await member.action(id, 'deactivate'), 204);
    expect((await member.show(id)).status).toBe('deactivated');
  });

  it('ACT-03 it is reactivated, any number of times', async () => {
    const { member } = target.cast();
    const { id } = await member.deactivated();
    for (let times = 0; times < 2; times += 1) {
      expectEmpty(await member.action(id, 'reactivate'), 204);
      expect((await member.show(id)).status).toBe('active');
    }
  });

  it('ACT-04 an image without data is neither deactivated nor reactivated', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.action(id, 'deactivate'), 403);
    expectProblem(await member.action(id, 'reactivate'), 403);
    expect((await member.show(id)).status).toBe('queued');
  });

  it('ACT-05 foreign images are hidden or forbidden', async () => {
    const { member, admin, other } = target.cast();
    const open = await admin.active({ visibility: 'public' });
    const hidden = await member.active({ visibility: 'private' });
    expectProblem(await other.action(open.id, 'deactivate'), 403);
    expectProblem(await other.action(hidden.id, 'deactivate'), 404);
  });

  it('ACT-06 a reader does neither', async () => {
    const { member, reader } = target.cast();
    const { id } = await member.active();
    expectProblem(await reader.action(id, 'deactivate'), 403);
    expectProblem(await reader.action(id, 'reactivate'), 403);
  });

  it('ACT-07 an action is posted', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    for (const action of ['deactivate', 'reactivate']) {
      const answer = expectProblem(await member.get(`/v2/images/${id}/actions/${action}`), 405);
      expect(answer.headers.allow).toBe('POST');
    }
  });

  it('ACT-08 an unknown image is not found', async () => {
    expectProblem(await target.cast().member.action(UNKNOWN_ID, 'deactivate'), 404);
  });
});
