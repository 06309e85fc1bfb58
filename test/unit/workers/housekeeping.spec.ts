import { imageEvents } from '../../../src/events/contracts/image-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { imageStream } from '../../../src/modules/images/commands/image-command.handler.js';
import { imageDecider } from '../../../src/modules/images/domain/image.decider.js';
import { MemoryImageStore } from '../../../src/stores/memory/memory.store.js';
import { StoreUnavailable } from '../../../src/stores/stores.errors.js';
import { Housekeeping } from '../../../src/workers/housekeeping.js';
import { openImageWorkbench, OWNER } from '../../support/image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from '../../support/image-workbench.js';
import {
  abandonedUpload,
  activeImage,
  deleteImage,
  imagesWithBytes,
  queuedImage,
} from '../../support/workbench-images.js';

const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString();
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

describe('housekeeping', () => {
  let bench: ImageWorkbench;
  let housekeeping: Housekeeping;

  const open = async (options?: WorkbenchOptions): Promise<void> => {
    bench = await openImageWorkbench(options);
    const { readModel, projections, failDeadUpload, scrubImage } = bench;
    housekeeping = new Housekeeping(readModel, projections, failDeadUpload, scrubImage, systemClock);
  };
  afterEach(() => bench.close());

  const statusOf = async (imageId: string) => (await bench.readModel.find(imageId))?.status;

  it('ends uploads whose process died, and no others', async () => {
    await open();
    const dead = await abandonedUpload(bench);
    const alive = await abandonedUpload(bench, 'upload-1');
    await bench.leases.acquire('upload/upload-1', 'somebody', 60_000);
    expect(await housekeeping.run()).toEqual({ failedUploads: 1, scrubbed: 0, failures: [] });
    expect([await statusOf(dead), await statusOf(alive)]).toEqual(['queued', 'saving']);
  });

  it('removes the bytes of deleted images whose time has come', async () => {
    await open();
    const [due, waiting, kept] = [await activeImage(bench), await activeImage(bench), await activeImage(bench)];
    await deleteImage(bench, due, YESTERDAY);
    await deleteImage(bench, waiting, TOMORROW);
    expect(await housekeeping.run()).toEqual({ failedUploads: 0, scrubbed: 1, failures: [] });
    expect([await statusOf(due), await statusOf(waiting)]).toEqual([undefined, 'pending_delete']);
    expect((await imagesWithBytes(bench)).toSorted()).toEqual([waiting, kept].toSorted());
  });

  it('reports what failed, does the rest, and tries again the next time', async () => {
    const driver = new PartlyBrokenImageStore();
    await open({ driver });
    const [stuck, other] = [await activeImage(bench), await activeImage(bench)];
    for (const imageId of [stuck, other]) await deleteImage(bench, imageId, YESTERDAY);
    driver.keeps = stuck;
    expect(await housekeeping.run()).toEqual({
      failedUploads: 0,
      scrubbed: 1,
      failures: [expect.any(StoreUnavailable)],
    });
    driver.keeps = null;
    expect(await housekeeping.run()).toEqual({ failedUploads: 0, scrubbed: 1, failures: [] });
    expect(await imagesWithBytes(bench)).toEqual([]);
  });

  it('sees uploads whose process died before it had projected their beginning', async () => {
    await open();
    const imageId = await queuedImage(bench);
    const command = {
      type: 'StartUpload',
      imageId,
      uploadId: 'upload-1',
      store: 'local',
      now: new Date().toISOString(),
    } as const;
    const commands = new CommandHandling(bench.eventStore, EventCodec.of([imageEvents]), systemClock);
    await commands.handle(imageDecider, imageStream(imageId), command, { actor: OWNER, requestId: null });
    expect(await housekeeping.run()).toEqual({ failedUploads: 1, scrubbed: 0, failures: [] });
    expect(await statusOf(imageId)).toBe('queued');
  });
});

/** Does not remove the data of one image. */
class PartlyBrokenImageStore extends MemoryImageStore {
  keeps: string | null = null;

  override delete(url: string): Promise<void> {
    if (this.keeps === null || !url.endsWith(this.keeps)) return super.delete(url);
    return Promise.reject(new StoreUnavailable('The store is away'));
  }
}
