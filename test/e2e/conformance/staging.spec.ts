import { randomBytes } from 'node:crypto';
import { describeConformance } from '../../support/conformance-target.js';
import { eventually } from '../../support/eventually.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';

const GLANCE_DIRECT = { method: { name: 'glance-direct' } };

describeConformance('staging data', 'default', (target) => {
  it('STG-01 staged data makes an uploading image of known size, which is not hashed yet', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.stage(id, 'ABCDEFGHIJ'), 204);
    expect(await member.show(id)).toMatchObject({
      status: 'uploading',
      size: 10,
      virtual_size: null,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
    });
    expect(await target.filesOf(id)).toHaveLength(1);
  });

  it('STG-02 data is staged once', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    expectProblem(await member.stage(id, 'other data'), 409);
    expect(await member.show(id)).toMatchObject({ status: 'uploading', size: 10 });
  });

  it('STG-03 data labelled JSON is refused', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const headers = { 'Content-Type': 'application/json' };
    expectProblem(await member.stage(id, '{}', { headers }), 415, 'application/json');
    await expectQueuedWithoutData(member, id);
  });

  it('STG-05 nothing is staged for an image that has its data', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectProblem(await member.stage(id, 'other data'), 409);
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('STG-07 who may only see an image stages nothing for it, and others do not learn that it is there', async () => {
    const { member, other, stranger, projects } = target.cast();
    const { id } = await member.queued({ visibility: 'shared' });
    await member.share(id, projects.other);
    expectStatus(await other.answerShare(id, 'accepted'), 200);
    expectProblem(await other.stage(id, 'x'), 403);
    expectProblem(await stranger.stage(id, 'x'), 404);
    await expectQueuedWithoutData(member, id);
  });

  it('STG-08 data of an image without formats is staged, but never imported', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectEmpty(await member.stage(id, 'ABCDEFGHIJ'), 204);
    expectProblem(await requestImport(member, id, GLANCE_DIRECT), 409);
    for (const path of ['/disk_format', '/container_format'])
      expectProblem(await member.patch(id, [{ op: 'replace', path, value: 'ami' }]), 403);
    expect(await member.show(id)).toMatchObject({ status: 'uploading', disk_format: null, container_format: null });
  });

  it('STG-10 an announced size is a number, and that of the data', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    for (const size of ['9', '11', 'abc']) {
      const headers = { 'x-openstack-image-size': size };
      expectProblem(await member.stage(id, 'ABCDEFGHIJ', { headers, chunked: true }), 400);
      await eventually(() => expectQueuedWithoutData(member, id));
      expect(await target.filesOf(id)).toEqual([]);
    }
    const headers = { 'x-openstack-image-size': '10' };
    expectEmpty(await member.stage(id, 'ABCDEFGHIJ', { headers, chunked: true }), 204);
  });
});

describeConformance('staging data where it cannot be imported', 'no-staging', (target) => {
  it('STG-04 there is no place to stage to', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.stage(id, 'x'), 404);
    await expectQueuedWithoutData(member, id);
  });
});

describeConformance('staging data over the size cap', 'size-cap', (target) => {
  it('STG-06 data beyond the cap is refused and removed', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    for (const chunked of [false, true]) {
      expectProblem(await member.stage(id, randomBytes(1001), { chunked }), 413);
      await eventually(() => expectQueuedWithoutData(member, id));
      expect(await target.filesOf(id)).toEqual([]);
    }
    expectEmpty(await member.stage(id, randomBytes(1000), { chunked: true }), 204);
  });
});

describeConformance('staging data over the storage quota', 'storage-quota', (target) => {
  it('STG-09 data beyond the quota of the owner is staged, but not imported', async () => {
    const { member } = target.cast();
    await member.active({}, randomBytes(512));
    const { id } = await member.staged({}, randomBytes(513));
    expectEmpty(await requestImport(member, id, GLANCE_DIRECT), 202);
    expect(await endOfImport(member, id)).toMatchObject({ status: 'failure', result: null });
    expect(await member.show(id)).toMatchObject({ checksum: null, os_hash_value: null });
    // Glance leaves it `importing`.
    if (!target.external) await expectQueuedWithoutData(member, id);
  });
});
