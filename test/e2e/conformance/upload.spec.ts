import { createHash, randomBytes } from 'node:crypto';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { emptyQcow2 } from '../../support/qcow2.js';
import { eventually } from '../../support/eventually.js';
import { describeConformance } from '../../support/conformance-target.js';
import { OMIT, UNKNOWN_ID } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';

const hex = (algorithm: string, data: Uint8Array): string => createHash(algorithm).update(data).digest('hex');

const MIB = 1024 * 1024;

describeConformance('uploading data', 'default', (target) => {
  it('DAT-01 uploaded data makes the image active, with its size and its checksums', async () => {
    const { member } = target.cast();
    const data = randomBytes(3 * 1024 * 1024 + 17);
    const { id } = await member.queued();
    expectEmpty(await member.upload(id, data), 204);
    expect(await member.show(id)).toMatchObject({
      status: 'active',
      size: data.length,
      checksum: hex('md5', data),
      os_hash_algo: 'sha512',
      os_hash_value: hex('sha512', data),
    });
    expect((await member.download(id)).body.equals(data)).toBe(true);
  });

  it('DAT-02 data of unknown length is taken in chunks', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.upload(id, 'ABCDEFGHIJ', { chunked: true }), 204);
    expect(await member.show(id)).toMatchObject({
      status: 'active',
      size: 10,
      checksum: hex('md5', Buffer.from('ABCDEFGHIJ')),
    });
  });

  it('DAT-03 no data at all is valid data', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.upload(id, ''), 204);
    expect(await member.show(id)).toMatchObject({ status: 'active', size: 0, checksum: hex('md5', Buffer.alloc(0)) });
  });

  it('DAT-04 data labelled JSON is refused', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(
      await member.upload(id, '{}', { headers: { 'Content-Type': 'application/json' } }),
      415,
      'application/json',
    );
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-05 data without a label is refused', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.upload(id, 'x', { headers: { 'Content-Type': OMIT } }), 415);
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-06 data is uploaded once', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectProblem(await member.upload(id, 'other'), 409);
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('DAT-07 a deactivated image takes no data', async () => {
    const { member } = target.cast();
    const { id } = await member.deactivated();
    expectProblem(await member.upload(id, 'other'), 409);
  });

  it('DAT-08 an image without formats takes no data', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ disk_format: 'raw' });
    expectProblem(await member.upload(id, 'x'), 400, 'container_format');
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-11 more or fewer bytes than announced are refused', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    for (const size of ['9', '11']) {
      const headers = { 'x-openstack-image-size': size };
      expectProblem(await member.upload(id, 'ABCDEFGHIJ', { headers, chunked: true }), 400, /size/i);
      await expectQueuedWithoutData(member, id);
    }
    expectEmpty(
      await member.upload(id, 'ABCDEFGHIJ', { headers: { 'x-openstack-image-size': '10' }, chunked: true }),
      204,
    );
  });

  it('DAT-12 an announced size is a number', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.upload(id, 'x', { headers: { 'x-openstack-image-size': 'abc' } }), 400);
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-13 the client chooses the store', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.upload(id, 'x', { headers: { 'X-Image-Meta-Store': 'slow' } }), 204);
    expect((await member.show(id)).stores).toBe('slow');
    expect((await member.download(id)).text).toBe('x');
  });

  it('DAT-14 an unknown store is refused before the image is looked for', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const headers = { 'X-Image-Meta-Store': 'nope' };
    expectProblem(await member.upload(id, 'x', { headers }), 400);
    expectProblem(await member.upload(UNKNOWN_ID, 'x', { headers }), 400);
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-16 foreign images are hidden or forbidden', async () => {
    const { member, admin, other } = target.cast();
    const hidden = await member.queued({ visibility: 'private' });
    const open = await admin.queued({ visibility: 'public' });
    expectProblem(await other.upload(hidden.id, 'x'), 404);
    expectProblem(await other.upload(open.id, 'x'), 403);
  });

  it('DAT-17 a reader uploads nothing', async () => {
    const { member, reader } = target.cast();
    const { id } = await member.queued();
    expectProblem(await reader.upload(id, 'x'), 403);
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-18 who uploads to an image that is deleted meanwhile learns that it is gone', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const upload = member.openUpload(id);
    await upload.write(randomBytes(1024 * 1024));
    await eventually(async () => expect((await member.show(id)).status).toBe('saving'));
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await upload.write(randomBytes(1024 * 1024)).catch(() => undefined);
    upload.end();
    expectStatus(await upload.response, 410);
    await eventually(async () => expect(await target.filesOf(id)).toEqual([]));
  });

  it('DAT-21 a signature that cannot be verified is refused', async () => {
    const { member } = target.cast();
    const { id } = await member.queued({
      img_signature: Buffer.from('no signature').toString('base64'),
      img_signature_hash_method: 'SHA-256',
      img_signature_key_type: 'RSA-PSS',
      img_signature_certificate_uuid: UNKNOWN_ID,
    });
    expectProblem(await member.upload(id, 'ABCDEFGHIJ'), 400);
    await expectQueuedWithoutData(member, id);
  });

  it('DAT-22 an incomplete set of signature properties is not looked at', async () => {
    const { member } = target.cast();
    const { id } = await member.queued({
      img_signature: 'bm90IGEgc2lnbmF0dXJl',
      img_signature_hash_method: 'SHA-256',
      img_signature_key_type: 'RSA-PSS',
    });
    expectEmpty(await member.upload(id, 'x'), 204);
  });

  it('DAT-19 data that is not of the declared format is refused, and a retry succeeds', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ disk_format: 'qcow2', container_format: 'bare' });
    expectProblem(await member.upload(id, randomBytes(4096)), 415);
    expect(await member.show(id)).toMatchObject({ status: 'queued', size: null, checksum: null, os_hash_value: null });
    expectEmpty(await member.upload(id, emptyQcow2(MIB)), 204);
  });

  it('DAT-20 the size of the disk in the data is read from its header', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ disk_format: 'qcow2', container_format: 'bare' });
    const data = emptyQcow2(7 * MIB);
    expectEmpty(await member.upload(id, data), 204);
    expect(await member.show(id)).toMatchObject({ status: 'active', size: data.length, virtual_size: 7 * MIB });
  });

  it('DAT-23 raw is what the owner says it is', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const data = emptyQcow2(MIB);
    expectEmpty(await member.upload(id, data), 204);
    expect(await member.show(id)).toMatchObject({ status: 'active', size: data.length, virtual_size: data.length });
  });

  it.each([
    ['aki', 'aki'],
    ['ploop', 'bare'],
  ])('DAT-24 %s in %s cannot be inspected and is taken as it is', async (disk_format, container_format) => {
    const { member } = target.cast();
    const { id } = await member.create({ disk_format, container_format });
    expectEmpty(await member.upload(id, randomBytes(2048)), 204);
    expect(await member.show(id)).toMatchObject({ status: 'active', virtual_size: null });
  });

  it('DAT-26 a client that breaks off leaves a queued image', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const upload = member.openUpload(id, { 'Transfer-Encoding': OMIT, 'Content-Length': '3000000' });
    await upload.write(randomBytes(1024 * 1024));
    await eventually(async () => expect((await member.show(id)).status).toBe('saving'));
    upload.destroy();
    await eventually(() => expectQueuedWithoutData(member, id));
    expectEmpty(await member.upload(id, 'second try'), 204);
  });
});

describeConformance('uploading data over the size cap', 'size-cap', (target) => {
  it('DAT-09 data beyond the cap is refused while it streams', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectStatus(await member.upload(id, randomBytes(1001), { chunked: true }), 413);
    await eventually(() => expectQueuedWithoutData(member, id));
    expectStatus(await member.upload(id, randomBytes(4 * 1024 * 1024), { chunked: true }), 413);
    await eventually(() => expectQueuedWithoutData(member, id));
    expectEmpty(await member.upload(id, randomBytes(1000), { chunked: true }), 204);
  });
});

describeConformance('uploading data over the storage quota', 'storage-quota', (target) => {
  it('DAT-10 data beyond the quota of the owner is refused, announced or streamed', async () => {
    const { member } = target.cast();
    await member.active({}, randomBytes(512));
    const { id } = await member.queued();
    for (const chunked of [false, true]) {
      expectProblem(await member.upload(id, randomBytes(513), { chunked }), 413);
      await eventually(() => expectQueuedWithoutData(member, id));
    }
    expectEmpty(await member.upload(id, randomBytes(512)), 204);
  });
});

describeConformance('uploading data to a single-store server', 'single-store', (target) => {
  it('DAT-15 a store named in a header is ignored', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.upload(id, 'x', { headers: { 'X-Image-Meta-Store': 'nope' } }), 204);
    expect(await member.show(id)).not.toHaveProperty('stores');
  });
});
