import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { unique } from '../../support/callers.js';

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const membersOf = (id: string): string => `/v2/images/${id}/members`;

describeConformance('adding members', 'default', (target) => {
  it('MEM-01 a new membership is pending', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.create({});
    const answer = expectStatus(await member.post(membersOf(id), { member: projects.other }), 200);
    expect(answer.json).toEqual({
      member_id: projects.other,
      image_id: id,
      status: 'pending',
      schema: '/v2/schemas/member',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      updated_at: answer.json.created_at,
    });
  });

  it('MEM-02 a project is a member once', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.create({});
    await member.share(id, projects.other);
    expectProblem(await member.post(membersOf(id), { member: projects.other }), 409);
  });

  it('MEM-03 the key of the project is `member`', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.post(membersOf(id), { member_id: projects.other }), 400);
  });

  it('MEM-04 a member has a name', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const body of [{ member: '' }, []]) expectProblem(await member.post(membersOf(id), body), 400);
    expectProblem(await member.post(membersOf(id)), 400);
  });

  it.each([['public'], ['community'], ['private']])('MEM-05 a %s image takes no members', async (visibility) => {
    const { admin, projects } = target.cast();
    const { id } = await admin.create({ visibility });
    expectProblem(await admin.post(membersOf(id), { member: projects.other }), 403);
  });

  it('MEM-06 other projects add no members', async () => {
    const { member, other, stranger, projects } = target.cast();
    const { id } = await member.create({});
    await member.share(id, projects.other);
    expectProblem(await other.post(membersOf(id), { member: projects.stranger }), 403);
    expectProblem(await stranger.post(membersOf(id), { member: projects.stranger }), 404);
  });

  it('MEM-07 an image has at most 128 members', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const n of range(128)) await member.share(id, unique(`m${n}`));
    expectProblem(await member.post(membersOf(id), { member: 'one-more' }), 413);
    expect((await member.get(membersOf(id))).json.members).toHaveLength(128);
  });

  it('MEM-27 a member is a string that is not too long', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const name of [5, 'p'.repeat(256)]) expectProblem(await member.post(membersOf(id), { member: name }), 400);
    expect((await member.get(membersOf(id))).json.members).toEqual([]);
  });
});

describeConformance('looking at members', 'default', (target) => {
  it('MEM-08 the owner sees all of them on one page', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.create({});
    await member.share(id, projects.other);
    await member.share(id, projects.stranger);
    const { json } = expectStatus(await member.get(membersOf(id)), 200);
    expect(Object.keys(json).sort()).toEqual(['members', 'schema']);
    expect(json.schema).toBe('/v2/schemas/members');
    const ids = json.members.map((row: { member_id: string }) => row.member_id);
    expect(ids.sort()).toEqual([projects.other, projects.stranger].sort());
  });

  it('MEM-09 a public image has no members to look at', async () => {
    const { admin } = target.cast();
    const { id } = await admin.create({ visibility: 'public' });
    expectProblem(await admin.get(membersOf(id)), 403, 'Only shared images have members');
  });

  it('MEM-10 a member sees itself only', async () => {
    const { member, other, projects } = target.cast();
    const { id } = await member.create({});
    await member.share(id, projects.other);
    await member.share(id, projects.stranger);
    const { members } = expectStatus(await other.get(membersOf(id)), 200).json;
    expect(members.map((row: { member_id: string }) => row.member_id)).toEqual([projects.other]);
  });

  it('MEM-11 a stranger finds nothing', async () => {
    const { member, stranger } = target.cast();
    expectProblem(await stranger.get(membersOf((await member.create({})).id)), 404);
  });

  it('MEM-12 owner and member see the membership, a stranger does not', async () => {
    const { member, other, stranger, projects } = target.cast();
    const { id } = await member.create({});
    await member.share(id, projects.other);
    for (const session of [member, other]) {
      const answer = expectStatus(await session.get(`${membersOf(id)}/${projects.other}`), 200);
      expect(answer.json).toMatchObject({ member_id: projects.other, image_id: id, status: 'pending' });
    }
    expectProblem(await stranger.get(`${membersOf(id)}/${projects.other}`), 404);
  });

  it('MEM-13 on a public image no member is found', async () => {
    const { admin, projects } = target.cast();
    const { id } = await admin.create({ visibility: 'public' });
    expectProblem(await admin.get(`${membersOf(id)}/${projects.other}`), 404);
  });

  it('MEM-26 looking takes no body', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.request('GET', membersOf(id), { body: '{}' }), 400);
  });
});

describeConformance('answering a share', 'default', (target) => {
  const sharedImage = async () => {
    const cast = target.cast();
    const { id } = await cast.member.create({});
    await cast.member.share(id, cast.projects.other);
    return { ...cast, id };
  };

  it('MEM-14 a member accepts', async () => {
    const { other, id, projects } = await sharedImage();
    const answer = expectStatus(await other.answerShare(id, 'accepted'), 200);
    expect(answer.json).toMatchObject({
      member_id: projects.other,
      image_id: id,
      status: 'accepted',
      schema: '/v2/schemas/member',
    });
    expect((await other.list()).images.map((image: { id: string }) => image.id)).toContain(id);
  });

  it('MEM-15 an answer is one of three words', async () => {
    const { other, id, projects } = await sharedImage();
    expectProblem(await other.answerShare(id, 'bogus'), 400);
    expectProblem(await other.put(`${membersOf(id)}/${projects.other}`, {}), 400);
    expect((await other.get(`${membersOf(id)}/${projects.other}`)).json.status).toBe('pending');
  });

  it('MEM-16 the owner does not answer for a member', async () => {
    const { member, id, projects } = await sharedImage();
    expectProblem(await member.answerShare(id, 'accepted', projects.other), 403);
  });

  it('MEM-17 an administrator does', async () => {
    const { admin, id, projects } = await sharedImage();
    expect(expectStatus(await admin.answerShare(id, 'rejected', projects.other), 200).json.status).toBe('rejected');
  });

  it('MEM-18 a member does not answer for another one', async () => {
    const { member, other, id, projects } = await sharedImage();
    await member.share(id, projects.stranger);
    expectProblem(await other.answerShare(id, 'accepted', projects.stranger), 404);
  });

  it('MEM-19 a reader of the member project does not answer', async () => {
    const { otherReader, id } = await sharedImage();
    expectProblem(await otherReader.answerShare(id, 'accepted'), 403);
  });

  it('MEM-28 an unknown member has nothing to answer', async () => {
    const { member, id } = await sharedImage();
    expectProblem(await member.answerShare(id, 'accepted', 'unknown'), 404);
  });
});

describeConformance('removing members', 'default', (target) => {
  const sharedImage = async () => {
    const cast = target.cast();
    const { id } = await cast.member.create({});
    await cast.member.share(id, cast.projects.other);
    return { ...cast, id };
  };

  it('MEM-20 a removed member loses access', async () => {
    const { member, other, id, projects } = await sharedImage();
    expectEmpty(await member.delete(`${membersOf(id)}/${projects.other}`), 204);
    expectProblem(await other.get(`/v2/images/${id}`), 404);
  });

  it('MEM-21 a member does not remove itself', async () => {
    const { other, id, projects } = await sharedImage();
    expectProblem(await other.delete(`${membersOf(id)}/${projects.other}`), 403);
    expect((await other.show(id)).id).toBe(id);
  });

  it('MEM-22 an unknown member is not found', async () => {
    const { member, id } = await sharedImage();
    expectProblem(await member.delete(`${membersOf(id)}/unknown`), 404);
  });

  it('MEM-23 an image that is not shared has no members to remove', async () => {
    const { member, id, projects } = await sharedImage();
    expectStatus(await member.patch(id, [{ op: 'replace', path: '/visibility', value: 'private' }]), 200);
    expectProblem(await member.delete(`${membersOf(id)}/${projects.other}`), 403);
  });

  it('MEM-24 a removed member that is added again is pending', async () => {
    const { member, other, id, projects } = await sharedImage();
    expectStatus(await other.answerShare(id, 'accepted'), 200);
    expectStatus(await member.delete(`${membersOf(id)}/${projects.other}`), 204);
    const answer = expectStatus(await member.post(membersOf(id), { member: projects.other }), 200);
    expect(answer.json.status).toBe('pending');
  });

  it('MEM-25 a membership outlives a time of privacy', async () => {
    const { member, other, id } = await sharedImage();
    expectStatus(await other.answerShare(id, 'accepted'), 200);
    const makeIt = (value: string) => member.patch(id, [{ op: 'replace', path: '/visibility', value }]);
    expectStatus(await makeIt('private'), 200);
    expectProblem(await other.get(`/v2/images/${id}`), 404);
    expectStatus(await makeIt('shared'), 200);
    expect((await other.list()).images.map((image: { id: string }) => image.id)).toEqual([id]);
  });
});
