import { Readable } from 'node:stream';
import { InMemoryEventStore } from '../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { EventStoreUnavailable } from '../../../../src/events/events.errors.js';
import { OWNER } from '../../../support/image-workbench.js';
import { activeImage, deleteImage, imagesWithBytes, staged, stagedImage } from '../../../support/workbench-images.js';
import { openWorkWorkbench } from '../../../support/work-workbench.js';
import type { WorkWorkbench } from '../../../support/work-workbench.js';

const request = { caller: OWNER, requestId: 'req-1' };

/** Goes away right before or after it records what a test names: nobody sees the difference between that and a crash. */
class FailingEventStore extends InMemoryEventStore {
  private fault: Readonly<{ moment: 'before' | 'after'; text: string }> | null = null;

  failAt(moment: 'before' | 'after', text: string): void {
    this.fault = { moment, text };
  }

  override async append(...args: Parameters<InMemoryEventStore['append']>) {
    const { fault } = this;
    const fails = fault !== null && args[2].some(({ type, data }) => JSON.stringify([type, data]).includes(fault.text));
    if (fails) this.fault = null;
    if (fails && fault.moment === 'before') throw new EventStoreUnavailable('It is away');
    const appended = await super.append(...args);
    if (fails) throw new EventStoreUnavailable('Its answer was lost');
    return appended;
  }
}

const MILESTONES = {
  import: [
    ...['TaskStarted', 'ImageImportStarted', 'ImageImportedToStore', '"step":"store"'],
    ...['ImageImportCompleted', 'TaskSucceeded'],
  ],
  clone: [
    ...['TaskStarted', '"step":"image"', 'ImageCreated', 'ImageImportRequested', 'ImageImportStarted'],
    ...['ImageImportedToStore', '"step":"store"', 'ImageImportCompleted', 'TaskSucceeded'],
  ],
  export: ['TaskStarted', '"step":"send"', 'TaskSucceeded'],
} as const;

const around = (milestones: readonly string[]): ['before' | 'after', string][] =>
  milestones.flatMap((text) => [
    ['before', text],
    ['after', text],
  ]);

describe('a task that is interrupted', () => {
  let bench: WorkWorkbench;
  let eventStore: FailingEventStore;

  beforeEach(async () => {
    eventStore = new FailingEventStore();
    bench = await openWorkWorkbench({ eventStore });
  });
  afterEach(() => bench.close());

  const task = (taskId: string) => bench.taskReadModel.find(taskId);

  const clone = async (imageId: string): Promise<string> =>
    bench.create({ taskType: 'clone', input: { image_id: imageId } });

  /** Lets the task come that far, then something happen, and then somebody go on with the task. */
  const interruptAt = async (
    [moment, text]: ['before' | 'after', string],
    taskId: string,
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> => {
    eventStore.failAt(moment, text);
    await expect(bench.worker().execute(taskId)).rejects.toBeInstanceOf(EventStoreUnavailable);
    await meanwhile();
    await bench.worker().execute(taskId);
    await bench.projections.catchUp(); // as whoever refills the queue does
  };

  const cloneOf = async (taskId: string): Promise<string> => {
    const { result } = (await task(taskId)) ?? {};
    return String(result?.['image_id']);
  };

  it.each(around(MILESTONES.import))('%s %s brings the staged data into the image all the same', async (...point) => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId);
    await interruptAt(point, taskId);
    expect(await task(taskId)).toMatchObject({ status: 'success' });
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', import: null });
    expect(await imagesWithBytes(bench)).toEqual([imageId]);
    expect(await staged(bench)).toEqual([]);
  });

  it.each(around(MILESTONES.clone))('%s %s makes one clone all the same', async (...point) => {
    const source = await activeImage(bench);
    const taskId = await clone(source);
    await interruptAt(point, taskId);
    const imageId = await cloneOf(taskId);
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', import: null });
    expect((await imagesWithBytes(bench)).toSorted()).toEqual([source, imageId].toSorted());
  });

  it.each(around(MILESTONES.export))('%s %s exports once all the same', async (...point) => {
    const source = await activeImage(bench);
    const input = { image_id: source, destination: { store: 'local' } };
    const taskId = await bench.create({ taskType: 'export', input });
    await interruptAt(point, taskId);
    expect(await task(taskId)).toMatchObject({ status: 'success' });
    expect((await imagesWithBytes(bench)).toSorted()).toEqual([source, taskId].toSorted());
  });

  it.each(around(['"step":"store"', 'ImageImportCompleted', 'TaskSucceeded']))(
    '%s %s keeps its clone when the image that was cloned is deleted meanwhile',
    async (...point) => {
      const source = await activeImage(bench);
      const taskId = await clone(source);
      await interruptAt(point, taskId, () => deleteImage(bench, source));
      const imageId = await cloneOf(taskId);
      expect(await task(taskId)).toMatchObject({ status: 'success' });
      expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'active', import: null });
    },
  );

  it('succeeds with a clone that has been deactivated since it was there', async () => {
    const taskId = await clone(await activeImage(bench));
    let imageId = '';
    await interruptAt(['before', 'TaskSucceeded'], taskId, async () => {
      imageId = String((await bench.tasks.stateOf(taskId)).steps['image']?.['imageId']);
      await bench.images.handle({ type: 'DeactivateImage', imageId }, { actor: OWNER, requestId: null });
    });
    expect(await task(taskId)).toMatchObject({ status: 'success' });
    expect((await bench.images.stateOf(imageId)).status).toBe('deactivated');
  });

  it('does not delete an image that a client has given data to before the task could', async () => {
    const taskId = await clone(await activeImage(bench));
    let imageId = '';
    await interruptAt(['after', 'ImageCreated'], taskId, async () => {
      imageId = String((await bench.tasks.stateOf(taskId)).steps['image']?.['imageId']);
      const source = Readable.from([Buffer.from('own')]);
      await bench.uploads.upload({ imageId, source, storeId: null, expectedBytes: null }, request);
    });
    expect(await task(taskId)).toMatchObject({ status: 'failure' });
    expect((await bench.images.stateOf(imageId)).status).toBe('active');
  });

  it('does not ask for the staged data again that all stores have', async () => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId);
    await interruptAt(['before', '"step":"store"'], taskId, () => bench.staging.discard(imageId));
    expect(await task(taskId)).toMatchObject({ status: 'success' });
    expect((await bench.images.stateOf(imageId)).status).toBe('active');
  });

  it('leaves nothing of an import that fails, wherever its failing is cut off', async () => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId, { stores: ['local', 'nowhere'] });
    for (const text of ['"step":"give_up"', 'ImageImportToStoreReverted', 'ImageImportFailed', 'TaskFailed']) {
      eventStore.failAt('after', text);
      await bench
        .worker()
        .execute(taskId)
        .catch(() => undefined);
    }
    await bench.worker().execute(taskId);
    await bench.projections.catchUp();
    expect(await task(taskId)).toMatchObject({ status: 'failure' });
    expect(await bench.images.stateOf(imageId)).toMatchObject({ status: 'queued', import: null, locations: [] });
    expect(await imagesWithBytes(bench)).toEqual([]);
    expect(await staged(bench)).toEqual([]);
  });
});
