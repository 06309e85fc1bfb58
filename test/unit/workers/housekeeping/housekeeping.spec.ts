import { randomUUID } from 'node:crypto';
import { imageEvents } from '../../../../src/events/contracts/image-events.js';
import { EventCodec } from '../../../../src/events/event-codec.js';
import { CommandHandling } from '../../../../src/events/handle-command.js';
import { systemClock } from '../../../../src/kernel/clock.js';
import { imageStream } from '../../../../src/modules/images/commands/image-command.handler.js';
import { imageDecider } from '../../../../src/modules/images/domain/image.decider.js';
import { MemoryImageStore } from '../../../../src/stores/memory/memory.store.js';
import { StoreUnavailable } from '../../../../src/stores/stores.errors.js';
import { openImageWorkbench, OWNER } from '../../../support/image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from '../../../support/image-workbench.js';
import {
  abandonedStaging,
  abandonedUpload,
  activeImage,
  deleteImage,
  imagesWithBytes,
  queuedImage,
} from '../../../support/workbench-images.js';

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString();
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const NEVER = new AbortController().signal;
const NOTHING = { failedUploads: 0, scrubbed: 0, expiredTasks: 0, leftOvers: 0, failures: [] };

describe('housekeeping', () => {
  let bench: ImageWorkbench;

  const open = async (options?: WorkbenchOptions) => (bench = await openImageWorkbench(options));
  afterEach(() => bench.close());

  const sweep = (signal = NEVER) => bench.housekeeping().run(signal);
  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;

  it('ends uploads and stagings whose process died, and no others', async () => {
    await open();
    const dead = [await abandonedUpload(bench), await abandonedStaging(bench)];
    const alive = [await abandonedUpload(bench, 'upload-1'), await abandonedStaging(bench, 'upload-2')];
    for (const uploadId of ['upload-1', 'upload-2'])
      await bench.leases.acquire(`upload/${uploadId}`, 'somebody', 60_000);
    expect(await sweep()).toEqual({ ...NOTHING, failedUploads: 2 });
    expect(await Promise.all(dead.map(statusOf))).toEqual(['queued', 'queued']);
    expect(await Promise.all(alive.map(statusOf))).toEqual(['saving', 'uploading']);
  });

  it('removes the bytes of deleted images whose time has come', async () => {
    await open();
    const [due, waiting, kept] = [await activeImage(bench), await activeImage(bench), await activeImage(bench)];
    await deleteImage(bench, due, YESTERDAY);
    await deleteImage(bench, waiting, TOMORROW);
    expect(await sweep()).toEqual({ ...NOTHING, scrubbed: 1 });
    expect([await statusOf(due), await statusOf(waiting)]).toEqual([undefined, 'pending_delete']);
    expect((await imagesWithBytes(bench)).toSorted()).toEqual([waiting, kept].toSorted());
  });

  it('leaves alone an image that was restored since the list was read', async () => {
    await open();
    const imageId = await activeImage(bench);
    await deleteImage(bench, imageId, YESTERDAY);
    const outdated = await bench.readModel.withStatus(['pending_delete'], 1);
    await bench.images.handle({ type: 'RestoreImage', imageId }, { actor: OWNER, requestId: null });
    const withStatus = (statuses: readonly string[]) =>
      Promise.resolve(statuses.includes('pending_delete') ? outdated : []);
    expect(await bench.housekeeping(reading(bench, { withStatus })).run(NEVER)).toEqual(NOTHING);
    expect(await imagesWithBytes(bench)).toEqual([imageId]);
  });

  it('reports what failed, does the rest, and tries again the next time', async () => {
    const driver = new PartlyBrokenImageStore();
    await open({ driver });
    const [stuck, other] = [await activeImage(bench), await activeImage(bench)];
    for (const imageId of [stuck, other]) await deleteImage(bench, imageId, YESTERDAY);
    driver.keeps = stuck;
    expect(await sweep()).toEqual({ ...NOTHING, scrubbed: 1, failures: [expect.any(StoreUnavailable)] });
    driver.keeps = null;
    expect(await sweep()).toEqual({ ...NOTHING, scrubbed: 1 });
    expect(await imagesWithBytes(bench)).toEqual([]);
  });

  it('finds images behind any number of others that cannot be dealt with', async () => {
    await open();
    const imageId = await activeImage(bench);
    await deleteImage(bench, imageId, YESTERDAY);
    const [due] = await bench.readModel.withStatus(['pending_delete'], 1);
    const stuck = Array.from({ length: 1200 }, () => ({ ...due!, id: randomUUID(), scrubAfter: TOMORROW }));
    const all = [...stuck, due!];
    const model = reading(bench, {
      withStatus: (statuses, limit, after) => {
        const begin = all.findIndex(({ id }) => id === after?.id) + 1;
        return Promise.resolve(statuses.includes('pending_delete') ? all.slice(begin, begin + limit) : []);
      },
    });
    expect(await bench.housekeeping(model).run(NEVER)).toEqual({ ...NOTHING, scrubbed: 1 });
  });

  it('scrubs as many images at a time as it is told to', async () => {
    const driver = new WaitingImageStore(3);
    await open({ driver, environment: { OS_DEFAULT__SCRUB_POOL_SIZE: '3' } });
    for (let count = 0; count < 3; count += 1) await deleteImage(bench, await activeImage(bench), YESTERDAY);
    driver.waits = true;
    expect(await sweep()).toEqual({ ...NOTHING, scrubbed: 3 });
  });

  it('ends early when it has to', async () => {
    await open();
    await deleteImage(bench, await activeImage(bench), YESTERDAY);
    expect(await sweep(AbortSignal.abort())).toEqual(NOTHING);
    expect(await sweep()).toEqual({ ...NOTHING, scrubbed: 1 });
  });

  it('cannot sweep without knowing what there is to do', async () => {
    await open();
    const away = () => Promise.reject(new Error('the database is away'));
    await expect(bench.housekeeping(reading(bench, { withStatus: away })).run(NEVER)).rejects.toThrow('is away');
  });

  it('forgets tasks that ended long ago', async () => {
    await open();
    const taskId = randomUUID();
    const context = { actor: OWNER, requestId: null };
    const request = { imageId: null, requestId: null, userId: null, owner: 'p1', input: {} };
    await bench.tasks.handle({ type: 'CreateTask', taskId, taskType: 'import', ...request }, context);
    await bench.tasks.handle({ type: 'FailTask', taskId, message: 'failed', expiresAt: YESTERDAY }, context);
    expect(await sweep()).toEqual({ ...NOTHING, expiredTasks: 1 });
    expect(await bench.taskReadModel.find(taskId)).toBeNull();
  });

  it('sees uploads whose process died before it had projected their beginning', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const now = new Date().toISOString();
    const command = { type: 'StartUpload', imageId, uploadId: 'upload-1', store: 'local', now } as const;
    const commands = new CommandHandling(bench.eventStore, EventCodec.of([imageEvents]), systemClock);
    await commands.handle(imageDecider, imageStream(imageId), command, { actor: OWNER, requestId: null });
    expect(await sweep()).toEqual({ ...NOTHING, failedUploads: 1 });
    expect(await statusOf(imageId)).toBe('queued');
  });
});

type ReadModel = ImageWorkbench['readModel'];

/** The read model of the workbench, but for some methods. */
const reading = ({ readModel }: ImageWorkbench, others: Partial<Pick<ReadModel, 'withStatus'>>) => ({
  find: (imageId: string) => readModel.find(imageId),
  list: (query: Parameters<ReadModel['list']>[0]) => readModel.list(query),
  usageOf: (projectId: string) => readModel.usageOf(projectId),
  withStatus: (...query: Parameters<ReadModel['withStatus']>) => readModel.withStatus(...query),
  ...others,
});

/** Does not remove the data of one image. */
class PartlyBrokenImageStore extends MemoryImageStore {
  keeps: string | null = null;

  override delete(url: string): Promise<void> {
    if (this.keeps === null || !url.endsWith(this.keeps)) return super.delete(url);
    return Promise.reject(new StoreUnavailable('The store is away'));
  }
}

/** Removes nothing before so many removals have been asked for. */
class WaitingImageStore extends MemoryImageStore {
  waits = false;
  private asked = 0;
  private readonly enough = Promise.withResolvers<undefined>();

  constructor(private readonly removals: number) {
    super();
  }

  override async delete(url: string): Promise<void> {
    this.asked += 1;
    if (this.asked === this.removals) this.enough.resolve(undefined);
    if (this.waits) await this.enough.promise;
    await super.delete(url);
  }
}
