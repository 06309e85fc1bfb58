import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { UNKNOWN_ID } from '../../support/image-session.js';

describeConformance('tags', 'default', (target) => {
  it('TAG-01 a tag is put on the image, again without harm', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (let times = 0; times < 2; times += 1) expectEmpty(await member.put(`/v2/images/${id}/tags/sniff`), 204);
    expect((await member.show(id)).tags).toEqual(['sniff']);
  });

  it('TAG-02 a tag is taken off once', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ tags: ['sniff', 'stay'] });
    expectEmpty(await member.delete(`/v2/images/${id}/tags/sniff`), 204);
    expect((await member.show(id)).tags).toEqual(['stay']);
    expectProblem(await member.delete(`/v2/images/${id}/tags/sniff`), 404);
  });

  it('TAG-03 an escaped tag is stored as it is meant', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectEmpty(await member.put(`/v2/images/${id}/tags/gabe%40example.com`), 204);
    expect((await member.show(id)).tags).toEqual(['gabe@example.com']);
  });

  it('TAG-04 a tag has at most 255 characters', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.put(`/v2/images/${id}/tags/${'t'.repeat(300)}`), 400);
    expectEmpty(await member.put(`/v2/images/${id}/tags/${'t'.repeat(255)}`), 204);
  });

  it('TAG-05 an image has at most 128 tags', async () => {
    const { member } = target.cast();
    const tags = Array.from({ length: 128 }, (_, n) => `t${n}`);
    const { id } = await member.create({ tags });
    expectProblem(await member.put(`/v2/images/${id}/tags/one-more`), 413);
    expect([...(await member.show(id)).tags].sort()).toEqual([...tags].sort());
  });

  it('TAG-06 an unknown image is not found', async () => {
    const { member } = target.cast();
    expectProblem(await member.put(`/v2/images/${UNKNOWN_ID}/tags/a`), 404);
    expectProblem(await member.delete(`/v2/images/${UNKNOWN_ID}/tags/a`), 404);
  });

  it('TAG-07 other projects do not tag a public image', async () => {
    const { admin, other } = target.cast();
    const { id } = await admin.create({ visibility: 'public' });
    expectProblem(await other.put(`/v2/images/${id}/tags/a`), 403);
    expect((await admin.show(id)).tags).toEqual([]);
  });

  it('TAG-08 tagging takes no body, and a tag cannot be read', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.put(`/v2/images/${id}/tags/a`, {}), 400);
    expect((await member.show(id)).tags).toEqual([]);
    const answer = expectProblem(await member.get(`/v2/images/${id}/tags/a`), 405);
    expect(answer.headers.allow?.split(', ').sort()).toEqual(['DELETE', 'PUT']);
  });

  it('TAG-09 a tag has no slash', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.put(`/v2/images/${id}/tags/a%2Fb`), 404);
  });

  it('TAG-10 a tag beyond ASCII is UTF-8 everywhere', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'x' });
    expectEmpty(await member.put(`/v2/images/${id}/tags/%C3%A9`), 204);
    expect((await member.show(id)).tags).toEqual(['é']);
    expect(await member.names('?tag=%C3%A9')).toEqual(['x']);
    expectStatus(await member.delete(`/v2/images/${id}/tags/%C3%A9`), 204);
  });
});
