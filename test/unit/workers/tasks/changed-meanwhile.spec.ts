import { MemoryImageStore } from '../../../../src/stores/memory/memory.store.js';
import type { DescriptiveChange } from '../../../../src/modules/images/domain/image.commands.js';
import { eventually } from '../../../support/eventually.js';
import { OWNER } from '../../../support/image-workbench.js';
import { activeImage, deleteImage, stagedImage } from '../../../support/workbench-images.js';
import { openWorkWorkbench } from '../../../support/work-workbench.js';
import type { WorkWorkbench } from '../../../support/work-workbench.js';

const context = { actor: OWNER, requestId: null };

type Moment = () => Promise<unknown>;
const nothing: Moment = () => Promise.resolve();

/** A store that lets a test act at certain moments of a put. */
class ObservedStore extends MemoryImageStore {
  beforeCommit = nothing;
  afterCommit = nothing;
  storedUrl: (url: string) => Promise<string> = (url) => Promise.resolve(url);
  beforeShare: (imageId: string) => Promise<unknown> = nothing;

  override async put(...[imageId, uploadId, data, signal, commit]: Parameters<MemoryImageStore['put']>) {
    const stored = await super.put(imageId, uploadId, data, signal, async () => {
      await this.beforeCommit();
      await commit?.();
    });
    await this.afterCommit();
    return { ...stored, url: await this.storedUrl(stored.url) };
  }

  override async share(...args: Parameters<MemoryImageStore['share']>) {
    await this.beforeShare(args[1]);
    return super.share(...args);
  }
}

describe('an image that its users change while a task brings data to it', () => {
  let bench: WorkWorkbench;
  let first: ObservedStore;
  let second: ObservedStore;

  beforeEach(async () => {
    [first, second] = [new ObservedStore(), new ObservedStore()];
    bench = await openWorkWorkbench({ driver: first, otherDrivers: { second } });
  });
  afterEach(() => bench.close());

  const objectsIn = (store: MemoryImageStore) => Array.fromAsync(store.inventory());

  const change = (imageId: string, ...changes: readonly DescriptiveChange[]) =>
    bench.images.handle({ type: 'ChangeImage', imageId, changes, quotas: bench.config.quotas }, context);

  const task = (taskId: string) => bench.taskReadModel.find(taskId);

  it.each([
    ['disk format', { kind: 'set_field', field: 'diskFormat', value: 'qcow2' }],
    ['container format', { kind: 'set_field', field: 'containerFormat', value: 'ovf' }],
  ] as const)('gets no data that was inspected as of another %s', async (_, toAnother) => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId);
    first.afterCommit = () => change(imageId, toAnother);
    await bench.worker().execute(taskId);
    expect(await task(taskId)).toMatchObject({
      status: 'failure',
      message: `The formats of image ${imageId} were changed while its data was inspected.`,
    });
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'queued', [toAnother.field]: toAnother.value });
    expect(await objectsIn(first)).toEqual([]);
  });

  it('gets no cloned data as of another format', async () => {
    const taskId = await bench.create({ taskType: 'clone', input: { image_id: await activeImage(bench) } });
    first.beforeShare = (imageId) => change(imageId, { kind: 'set_field', field: 'containerFormat', value: 'ovf' });
    await bench.worker().execute(taskId);
    expect(await task(taskId)).toMatchObject({ status: 'failure' });
    expect(await objectsIn(first)).toHaveLength(1);
  });

  it('keeps what users say of it that is not about the data', async () => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId);
    first.afterCommit = () => change(imageId, { kind: 'set_field', field: 'name', value: 'new' });
    await bench.worker().execute(taskId);
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', name: 'new' });
  });

  it('has no left-over copy when it was deleted and restored meanwhile', async () => {
    const imageId = await activeImage(bench);
    const taskId = await bench.import(imageId, { method: 'copy-image', stores: ['second'] });
    second.beforeCommit = async () => {
      await deleteImage(bench, imageId, '2999-01-01T00:00:00.000Z');
      await bench.images.handle({ type: 'RestoreImage', imageId }, context);
    };
    await bench.worker().execute(taskId);
    expect(await task(taskId)).toMatchObject({ status: 'failure' });
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', import: null });
    expect(await objectsIn(second)).toEqual([]);
  });

  it('keeps nothing in a store whose copy was refused, when the others are enough', async () => {
    const imageId = await stagedImage(bench);
    const stores = ['local', 'second'];
    const taskId = await bench.import(imageId, { stores, allStoresMustSucceed: false });
    second.storedUrl = () =>
      eventually(async () => {
        const [known] = (await bench.images.stateOf(imageId)).locations;
        if (known === undefined) throw new Error('the first store has nothing yet');
        return known.url; // the image has that location already
      });
    await bench.worker().execute(taskId);
    expect((await bench.images.stateOf(imageId)).locations.map(({ store }) => store)).toEqual(['local']);
    expect(await objectsIn(second)).toEqual([]);
  });

  it('is gone with all its data when it was deleted meanwhile', async () => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId, { stores: ['local', 'second'] });
    second.beforeCommit = () => deleteImage(bench, imageId);
    await bench.worker().execute(taskId);
    await bench.scrubImage.scrub(imageId);
    expect(await task(taskId)).toMatchObject({ status: 'failure' });
    expect([...(await objectsIn(first)), ...(await objectsIn(second))]).toEqual([]);
  });
});
