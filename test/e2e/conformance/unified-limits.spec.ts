import { randomBytes } from 'node:crypto';
import { describeConformance } from '../../support/conformance-target.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

const MIB = 1024 ** 2;
const GLANCE_DIRECT = { method: { name: 'glance-direct' } };

/** The limits are those of test/support/keystone/provision.py: 5 MiB stored, 5 MiB staged, 3 images, 10 uploads. */
describeConformance('unified limits', 'unified-limits', (target) => {
  const usageOf = async (session: ImageSession): Promise<any> =>
    expectStatus(await session.get('/v2/info/usage'), 200).json.usage;

  it('INF-05 the usage of four resources is told beside their limits', async () => {
    expect(await usageOf(target.cast().member)).toEqual({
      image_size_total: { usage: 0, limit: 5 },
      image_stage_total: { usage: 0, limit: 5 },
      image_count_total: { usage: 0, limit: 3 },
      image_count_uploading: { usage: 0, limit: 10 },
    });
  });

  it('INF-06 what is staged is counted as staged, as an upload and as an image', async () => {
    const { member } = target.cast();
    await member.staged({}, randomBytes(MIB));
    expect(await usageOf(member)).toMatchObject({
      image_size_total: { usage: 0 },
      image_stage_total: { usage: 1 },
      image_count_total: { usage: 1 },
      image_count_uploading: { usage: 1 },
    });
  });

  it('CRE-40 no more images are created than the project may have; a deleted one makes room', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.create();
    await member.create();
    await member.create();
    const refused = await member.tryCreate({});
    expectProblem(refused, 413, `Project ${projects.member} is over a limit for`);
    expect(refused.text).toContain(
      '[Resource image_count_total is over limit of 3 due to current usage 3 and delta 1]',
    );
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectStatus(await member.tryCreate({}), 201);
  });

  it('announced data beyond the limit is refused before it is sent, what is not announced only afterwards', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.upload(id, randomBytes(6 * MIB)), 413, 'image_size_total is over limit of 5');
    expectProblem(
      await member.stage(id, 'x', { headers: { 'x-openstack-image-size': `${6 * MIB}` } }),
      413,
      'image_stage_total is over limit of 5 due to current usage 0 and delta 6',
    );
    await expectQueuedWithoutData(member, id);
    expectEmpty(await member.upload(id, randomBytes(6 * MIB), { chunked: true }), 204);
    const next = await member.queued();
    expectProblem(await member.upload(next.id, 'x', { chunked: true }), 413, 'current usage 6 and delta 0');
  });

  it('IMP-37 who has too much already imports nothing', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.upload(id, randomBytes(6 * MIB), { chunked: true }), 204);
    const staged = await member.staged();
    expectProblem(await requestImport(member, staged.id, GLANCE_DIRECT), 413, 'image_size_total is over limit of 5');
    expect(await member.show(staged.id)).toMatchObject({ status: 'uploading' });
  });

  it('IMP-38 an import that would be too much fails, and leaves a queued image without a lock', async () => {
    const { member } = target.cast();
    await member.active({}, randomBytes(3 * MIB));
    const { id } = await member.staged({}, randomBytes(3 * MIB));
    expectEmpty(await requestImport(member, id, GLANCE_DIRECT), 202);
    const task = await endOfImport(member, id);
    expect(task).toMatchObject({
      status: 'failure',
      message: expect.stringContaining('image_size_total is over limit of 5 due to current usage 3 and delta 3'),
    });
    expect(await member.show(id)).toMatchObject({
      status: 'queued',
      os_glance_importing_to_stores: '',
      os_glance_failed_import: '',
    });
    expect(await member.show(id)).not.toHaveProperty('os_glance_import_task');
    expect(await target.filesOf(id)).toEqual([]);
    expect(await usageOf(member)).toMatchObject({ image_stage_total: { usage: 0 }, image_size_total: { usage: 3 } });
  });

  it('a download is not begun while the staging area holds too much of the project', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await member.stage(id, randomBytes(6 * MIB), { chunked: true }), 204);
    const server = await WebServer.start();
    try {
      const image = await member.queued();
      const method = { name: 'web-download', uri: server.serve('/image', { bytes: Buffer.from('x') }) };
      expectEmpty(await requestImport(member, image.id, { method }), 202);
      expect(await endOfImport(member, image.id)).toMatchObject({
        status: 'failure',
        message: expect.stringContaining('image_stage_total is over limit of 5 due to current usage 6 and delta 0'),
      });
      expect(server.requests).toEqual([]);
      await expectQueuedWithoutData(member, image.id);
    } finally {
      await server.stop();
    }
  });

  it('a location that is added is not compared with a limit, but counts from then on', async () => {
    const { member } = target.cast();
    const server = await WebServer.start();
    try {
      const { id } = await member.queued();
      const url = server.serve('/large', { bytes: randomBytes(6 * MIB) });
      const location = { op: 'add', path: '/locations/-', value: { url, metadata: {} } };
      expectStatus(await member.patch(id, [location]), 200);
      expect(await usageOf(member)).toMatchObject({ image_size_total: { usage: 6, limit: 5 } });
      const next = await member.queued();
      expectProblem(
        await member.upload(next.id, 'x'),
        413,
        'image_size_total is over limit of 5 due to current usage 6',
      );
      expectEmpty(await member.delete(`/v2/images/${id}`), 204);
      expectEmpty(await member.upload(next.id, 'x'), 204);
    } finally {
      await server.stop();
    }
  });
});
