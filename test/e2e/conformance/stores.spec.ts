import { describeConformance } from '../../support/conformance-target.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { UNKNOWN_ID } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

describeConformance('a single store', 'single-store', (target) => {
  it('DST-01 is not there to be removed from', async () => {
    const { admin } = target.cast();
    const { id } = await admin.active();
    expectProblem(await admin.delete(`/v2/stores/file/${id}`), 404);
  });

  it('DWN-17 is not there to be preferred', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectProblem(await member.get(`/v2/images/${id}/file?prefer=file`), 400);
    expectStatus(await member.get(`/v2/images/${id}/file?prefer=`), 200);
  });
});

describeConformance('several stores', 'locations', (target) => {
  /** An image with its data in both file stores. */
  const inTwoStores = async (admin: ImageSession): Promise<string> => {
    const { id } = await admin.active();
    expectEmpty(await requestImport(admin, id, { method: { name: 'copy-image' }, stores: ['slow'] }), 202);
    expect((await endOfImport(admin, id)).status).toBe('success');
    return id;
  };

  it('DST-02 an administrator removes the data from one of two', async () => {
    const { admin } = target.cast();
    const id = await inTwoStores(admin);
    expect((await admin.show(id)).stores).toBe('fast,slow');
    expectEmpty(await admin.delete(`/v2/stores/fast/${id}`), 204);
    expect((await admin.show(id)).stores).toBe('slow');
    expect(await target.filesOf(id)).toHaveLength(1);
    expect((await admin.download(id)).text).toBe('ABCDEFGHIJ');
    expectEmpty(await requestImport(admin, id, { method: { name: 'copy-image' }, stores: ['fast'] }), 202);
    expect((await endOfImport(admin, id)).status).toBe('success');
    expect(await target.filesOf(id)).toHaveLength(2);
  });

  it('DST-03 the only one keeps it', async () => {
    const { admin } = target.cast();
    const { id } = await admin.active();
    for (const store of ['fast', 'slow']) expectProblem(await admin.delete(`/v2/stores/${store}/${id}`), 403);
    expect((await admin.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('DST-04 store, image and data must be there', async () => {
    const { admin } = target.cast();
    const id = await inTwoStores(admin);
    expectProblem(await admin.delete(`/v2/stores/nowhere/${id}`), 409);
    expectProblem(await admin.delete(`/v2/stores/web/${id}`), 404);
    expectProblem(await admin.delete(`/v2/stores/fast/${UNKNOWN_ID}`), 404);
  });

  it('DST-05 only active images lose data', async () => {
    const { admin } = target.cast();
    const [queued, deactivated] = [await admin.queued(), await admin.deactivated()];
    for (const { id } of [queued, deactivated]) expectProblem(await admin.delete(`/v2/stores/fast/${id}`), 409);
  });

  it('DST-06 the owner may not do that', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectProblem(await member.delete(`/v2/stores/fast/${id}`), 403);
  });

  it('DAT-25 nothing is uploaded to a store that is only read', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.upload(id, 'data', { headers: { 'X-Image-Meta-Store': 'web' } }), 410);
    await expectQueuedWithoutData(member, id);
  });

  it('DWN-17 data is read from the preferred one', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    for (const prefer of ['slow', 'fast', 'slow, fast', ' , ,', ''])
      expect(
        expectStatus(await member.get(`/v2/images/${id}/file?prefer=${encodeURIComponent(prefer)}`), 200).text,
      ).toBe('ABCDEFGHIJ');
    expectProblem(await member.get(`/v2/images/${id}/file?prefer=nope`), 400);
  });

  it('INF-07 other services see the stores in detail', async () => {
    const { service } = target.cast();
    const { stores } = expectStatus(await service.get('/v2/info/stores/detail'), 200).json;
    expect(stores.map(({ id, type, weight }: any) => [id, type, weight])).toEqual([
      ['fast', 'file', 20],
      ['slow', 'file', 10],
      ['web', 'http', 0],
    ]);
    expect(stores[2]).toEqual({
      id: 'web',
      description: 'read-only http store',
      'read-only': 'true',
      type: 'http',
      weight: 0,
      properties: {},
    });
  });

  it('a copy of data that a web server has is the store’s own', async () => {
    const web = await WebServer.start();
    try {
      const { admin } = target.cast();
      const { id } = await admin.queued();
      const value = { url: web.serve('/a', { bytes: Buffer.from('ABCDEFGHIJ') }), metadata: {} };
      expectStatus(await admin.patch(id, [{ op: 'add', path: '/locations/-', value }]), 200);
      expectEmpty(await requestImport(admin, id, { method: { name: 'copy-image' }, all_stores: true }), 202);
      expect((await endOfImport(admin, id)).status).toBe('success');
      expect((await admin.show(id)).stores).toBe('fast,slow,web');
      expectEmpty(await admin.delete(`/v2/stores/web/${id}`), 204);
      expect((await admin.show(id)).stores).toBe('fast,slow');
    } finally {
      await web.stop();
    }
    await target.deletePublished();
  });
});
