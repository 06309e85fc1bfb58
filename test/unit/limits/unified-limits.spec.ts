import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateImageHandler } from '../../../src/modules/images/commands/create-image.handler.js';
import { ImageAuthorization } from '../../../src/modules/images/commands/image-authorization.js';
import { ImagePolicy } from '../../../src/auth/image-policy.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { UnifiedLimits } from '../../../src/limits/unified-limits.js';
import { NO_USAGE } from '../../../src/projections/images/project-usage.js';
import { openImageWorkbench, OWNER } from '../../support/image-workbench.js';
import type { ImageWorkbench } from '../../support/image-workbench.js';
import { imagesWithBytes, queuedImage, staged } from '../../support/workbench-images.js';

const MIB = 1024 ** 2;
const request = { caller: OWNER, requestId: 'req-1' };
const generous = { image_size_total: 100, image_stage_total: 100, image_count_total: 100, image_count_uploading: 100 };

const data = (bytes: number): Readable => Readable.from([Buffer.alloc(bytes)]);

describe('unified limits', () => {
  let bench: ImageWorkbench;
  let limits: Record<keyof typeof generous, number>;

  beforeEach(async () => {
    limits = { ...generous };
    bench = await openImageWorkbench({ limits: { limitsOf: () => Promise.resolve(limits) } });
  });
  afterEach(() => bench.close());

  const upload = (imageId: string, bytes: number, announced: number | null) =>
    bench.uploads.upload({ imageId, source: data(bytes), storeId: null, expectedBytes: announced }, request);
  const stage = (imageId: string, bytes: number, announced: number | null) =>
    bench.stagings.stage({ imageId, source: data(bytes), expectedBytes: announced }, request);
  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;

  it('on the number of images keep another one from being created', async () => {
    const authorization = new ImageAuthorization(new ImagePolicy(new RulePolicy()));
    const creation = new CreateImageHandler(bench.commands, authorization, bench.limits, bench.config);
    const description = (await bench.images.stateOf(await queuedImage(bench))) as any;
    limits.image_count_total = 1;
    await expect(creation.create(randomUUID(), description, request)).rejects.toMatchObject({
      code: 'limits.exceeded',
      message: expect.stringContaining(
        'Project p1 is over a limit for ' +
          '[Resource image_count_total is over limit of 1 due to current usage 1 and delta 1]',
      ),
    });
    limits.image_count_total = 2;
    await creation.create(randomUUID(), description, request);
    expect((await bench.readModel.usageOf('p1')).images).toBe(2);
  });

  it('on the size count what is announced, in whole MiB', async () => {
    limits.image_size_total = 1;
    const imageId = await queuedImage(bench);
    await expect(upload(imageId, 2 * MIB, 2 * MIB)).rejects.toMatchObject({ code: 'limits.exceeded' });
    expect(await statusOf(imageId)).toBe('queued');
    await upload(imageId, 2 * MIB - 1, 2 * MIB - 1);
    expect(await statusOf(imageId)).toBe('active');
  });

  it('on the size are exceeded once by what is not announced, and then refuse everything', async () => {
    limits.image_size_total = 1;
    await upload(await queuedImage(bench), 3 * MIB, null);
    await expect(upload(await queuedImage(bench), 1, null)).rejects.toMatchObject({
      details: { name: 'image_size_total', limit: 1, usage: 3, delta: 0 },
    });
  });

  it('on what is staged do the same', async () => {
    limits.image_stage_total = 1;
    await expect(stage(await queuedImage(bench), 2 * MIB, 2 * MIB)).rejects.toMatchObject({ code: 'limits.exceeded' });
    await stage(await queuedImage(bench), 3 * MIB, null);
    await expect(stage(await queuedImage(bench), 1, null)).rejects.toMatchObject({
      details: { name: 'image_stage_total', limit: 1, usage: 3, delta: 0 },
    });
  });

  it.each([
    ['upload', upload],
    ['staging', stage],
  ])('on the number of uploads leave nothing of an %s that is one too many', async (_name, send) => {
    await stage(await queuedImage(bench), 1, null);
    limits.image_count_uploading = 1;
    const imageId = await queuedImage(bench);
    await expect(send(imageId, 1, null)).rejects.toMatchObject({
      details: { name: 'image_count_uploading', limit: 1, usage: 2, delta: 0 },
    });
    expect(await statusOf(imageId)).toBe('queued');
    expect(await imagesWithBytes(bench)).toEqual([]);
    expect(await staged(bench)).toHaveLength(1);
    limits.image_count_uploading = 2;
    await send(imageId, 1, null);
  });

  it('hold for no caller without a project, which has nothing of what they limit', async () => {
    const none = new UnifiedLimits({ limitsOf: () => Promise.reject(new Error('asked')) }, bench.readModel);
    await none.mustAllow(null, 'image_count_total', 1);
    expect(await none.usageOf(null)).toEqual({});
  });

  it('report what a project has and may have', async () => {
    const unified = new UnifiedLimits(
      { limitsOf: () => Promise.resolve(generous) },
      { usageOf: () => Promise.resolve({ ...NO_USAGE, images: 3, storedBytes: 2 * MIB - 1 }) },
    );
    expect(await unified.usageOf('p')).toMatchObject({
      image_size_total: { usage: 1, limit: 100 },
      image_count_total: { usage: 3, limit: 100 },
    });
  });
});
