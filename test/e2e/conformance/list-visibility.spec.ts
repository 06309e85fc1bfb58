import { expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { unique } from '../../support/callers.js';

const inAnyOrder = (names: readonly string[]): string[] => [...names].sort();

describeConformance('who sees what in the image list', 'default', (target) => {
  /** One image of each visibility in the owning project, and one of the other project, all with a tag of their own. */
  const everyVisibility = async () => {
    const cast = target.cast();
    const tag = unique('tag');
    const owner = cast.projects.member;
    for (const visibility of ['private', 'shared', 'community'])
      await cast.member.create({ name: visibility, visibility, tags: [tag] });
    await cast.admin.create({ name: 'public', visibility: 'public', owner, tags: [tag] });
    await cast.other.create({ name: 'own', visibility: 'private', tags: [tag] });
    return { ...cast, tag };
  };

  /** Three images shared with the other project: one membership pending, one accepted, one rejected. */
  const everyMembership = async () => {
    const cast = target.cast();
    const tag = unique('tag');
    for (const status of ['pending', 'accepted', 'rejected']) {
      const { id } = await cast.member.create({ name: status, tags: [tag] });
      await cast.member.share(id, cast.projects.other);
      if (status !== 'pending') expectStatus(await cast.other.answerShare(id, status), 200);
    }
    await cast.admin.create({ name: 'public', visibility: 'public', tags: [tag] });
    return { ...cast, tag };
  };

  it('LST-44 an unknown visibility or membership is refused', async () => {
    const { member } = target.cast();
    expectProblem(await member.get('/v2/images?visibility=bogus'), 400);
    expectProblem(await member.get('/v2/images?member_status=bogus'), 400);
  });

  it('LST-45 a project sees its own images and public ones', async () => {
    const { other, tag } = await everyVisibility();
    expect(inAnyOrder(await other.names(`?tag=${tag}`))).toEqual(['own', 'public']);
  });

  it('LST-46 community images of others are listed when asked for', async () => {
    const { other, tag } = await everyVisibility();
    expect(await other.names(`?tag=${tag}&visibility=community`)).toEqual(['community']);
    expect(await other.names(`?tag=${tag}&visibility=public`)).toEqual(['public']);
    expect(await other.names(`?tag=${tag}&visibility=private`)).toEqual(['own']);
  });

  it('LST-47 all visibilities at once: public, community, own and accepted', async () => {
    const { member, other, tag, projects } = await everyVisibility();
    const accepted = await member.create({ name: 'accepted', tags: [tag] });
    await member.share(accepted.id, projects.other);
    expectStatus(await other.answerShare(accepted.id, 'accepted'), 200);
    const names = await other.names(`?tag=${tag}&visibility=all`);
    expect(inAnyOrder(names)).toEqual(['accepted', 'community', 'own', 'public']);
  });

  it('LST-48 a pending share is listed only when asked for', async () => {
    const { other, tag } = await everyMembership();
    expect(await other.names(`?tag=${tag}`)).not.toContain('pending');
    expect(inAnyOrder(await other.names(`?tag=${tag}&member_status=pending`))).toEqual(['pending', 'public']);
  });

  it('LST-49 an accepted share is listed like an own image', async () => {
    const { other, tag } = await everyMembership();
    expect(inAnyOrder(await other.names(`?tag=${tag}`))).toEqual(['accepted', 'public']);
  });

  it('LST-50 shares of every status can be listed', async () => {
    const { other, tag } = await everyMembership();
    const names = await other.names(`?tag=${tag}&member_status=all&visibility=shared`);
    expect(inAnyOrder(names)).toEqual(['accepted', 'pending', 'rejected']);
  });

  it('LST-51 rejected shares can be listed, beside public images', async () => {
    const { other, tag } = await everyMembership();
    expect(inAnyOrder(await other.names(`?tag=${tag}&member_status=rejected`))).toEqual(['public', 'rejected']);
  });

  it('LST-52 an administrator sees the private images of all projects, but no foreign community image', async () => {
    const { admin, tag } = await everyVisibility();
    expect(inAnyOrder(await admin.names(`?tag=${tag}`))).toEqual(['own', 'private', 'public', 'shared']);
  });

  it('LST-53 an administrator asks for community images too', async () => {
    const { admin, tag } = await everyVisibility();
    expect(await admin.names(`?tag=${tag}&visibility=community`)).toEqual(['community']);
    expect(await admin.names(`?tag=${tag}&visibility=all`)).toHaveLength(5);
  });

  it('LST-54 a list can be narrowed to an owner', async () => {
    const { member, admin, projects, tag } = await everyVisibility();
    await admin.create({ name: 'foreign public', visibility: 'public', tags: [tag] });
    const names = await member.names(`?tag=${tag}&owner=${projects.member}`);
    expect(inAnyOrder(names)).toEqual(['community', 'private', 'public', 'shared']);
  });

  it('LST-55 deactivated images are listed', async () => {
    const { member } = target.cast();
    await member.deactivated({ name: 'deactivated' });
    expect(await member.names()).toEqual(['deactivated']);
  });

  it('LST-56 deleted images are listed for nobody', async () => {
    const { member, admin, projects } = target.cast();
    const { id } = await member.active({ name: 'gone' });
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    for (const query of ['status=deleted', 'status=pending_delete', 'deleted=true', 'visibility=all', `id=${id}`]) {
      expect(await admin.names(`?owner=${projects.member}&${query}`)).toEqual([]);
    }
  });

  it('LST-58 a reader lists, a caller without that role does not', async () => {
    const { member, reader, withoutReaderRole } = target.cast();
    await member.create({ name: 'x' });
    expect(await reader.names()).toEqual(['x']);
    expectProblem(
      await withoutReaderRole.get('/v2/images'),
      403,
      'You are not authorized to complete get_images action.',
    );
  });
});
