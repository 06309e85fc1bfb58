import { expectProblem, expectStatus } from '../../support/expectations.js';
import { SHOWN_PROPERTIES } from '../../support/base-properties.js';
import { describeConformance } from '../../support/conformance-target.js';

describeConformance('showing an image', 'default', (target) => {
  it('SHO-01 every base property is there, and nothing else that nobody set', async () => {
    const { member } = target.cast();
    const created = await member.create({});
    const answer = expectStatus(await member.get(`/v2/images/${created.id}`), 200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(Object.keys(answer.json).sort()).toEqual([...SHOWN_PROPERTIES].sort());
    expect(answer.json).toEqual(created);
  });

  it.each([['private'], ['shared']])('SHO-02 a foreign %s image is not found', async (visibility) => {
    const { member, other } = target.cast();
    const { id } = await member.create({ visibility });
    expectProblem(await other.get(`/v2/images/${id}`), 404, `No image found with ID ${id}`);
  });

  it('SHO-03 foreign public and community images are shown', async () => {
    const { member, admin, other } = target.cast();
    const open = [await admin.create({ visibility: 'public' }), await member.create({ visibility: 'community' })];
    for (const image of open) expect((await other.show(image.id)).id).toBe(image.id);
  });

  it('SHO-04 an image shared with the project is shown before it is accepted, and after it is rejected', async () => {
    const { member, other, projects } = target.cast();
    const { id } = await member.create({});
    await member.share(id, projects.other);
    expect((await other.show(id)).id).toBe(id);
    expectStatus(await other.answerShare(id, 'rejected'), 200);
    expect((await other.show(id)).id).toBe(id);
  });

  it('SHO-05 an administrator sees a foreign private image', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({ visibility: 'private' });
    expect((await admin.show(id)).id).toBe(id);
  });

  it('SHO-06 a deleted image is not found by anybody', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({});
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    for (const session of [member, admin]) expectProblem(await session.get(`/v2/images/${id}`), 404);
  });

  it('SHO-07 the stores that hold the data are named in one string', async () => {
    const { member } = target.cast();
    expect((await member.active()).stores).toBe('fast');
  });

  it('SHO-08 an image without data has neither stores nor a direct URL', async () => {
    const { member } = target.cast();
    const image = await member.show((await member.queued()).id);
    expect(image).not.toHaveProperty('stores');
    expect(image).not.toHaveProperty('direct_url');
  });
});
