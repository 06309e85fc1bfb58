import { Readable } from 'node:stream';
import { MemoryImageStore } from '../../../../src/stores/memory/memory.store.js';
import { StoreDenied } from '../../../../src/stores/stores.errors.js';
import { OWNER } from '../../../support/image-workbench.js';
import { activeImage, stagedImage } from '../../../support/workbench-images.js';
import { openWorkWorkbench } from '../../../support/work-workbench.js';
import type { WorkWorkbench } from '../../../support/work-workbench.js';

const NEVER = new AbortController().signal;

type Halt = Readonly<{ reached: PromiseWithResolvers<null>; end: PromiseWithResolvers<null> }>;

/** A store in which a process comes to a standstill where a test says so, and which can refuse all data. */
class HaltingStore extends MemoryImageStore {
  refuses = false;
  private halt: Halt | null = null;

  /** The next removal of unfinished bytes stands still, as its process does. */
  haltRemoval(): Halt {
    this.halt = { reached: Promise.withResolvers<null>(), end: Promise.withResolvers<null>() };
    return this.halt;
  }

  override put(...args: Parameters<MemoryImageStore['put']>) {
    if (this.refuses) return Promise.reject(new StoreDenied('It takes nothing'));
    return super.put(...args);
  }

  override async discardUnfinished(imageId: string, uploadId: string): Promise<void> {
    const { halt } = this;
    this.halt = null;
    halt?.reached.resolve(null);
    await halt?.end.promise;
    await super.discardUnfinished(imageId, uploadId);
  }
}

describe('a worker that comes back after another one has taken its task over', () => {
  let bench: WorkWorkbench;
  let first: HaltingStore;
  let second: HaltingStore;

  beforeEach(async () => {
    [first, second] = [new HaltingStore(), new HaltingStore()];
    bench = await openWorkWorkbench({ driver: first, otherDrivers: { second } });
  });
  afterEach(() => bench.close());

  const bytesIn = async (store: MemoryImageStore): Promise<readonly string[]> =>
    (await Array.fromAsync(store.inventory())).map(({ imageId }) => imageId);

  /** Lets the worker's task stand still where it waits for its turn at a store, while another worker does it all. */
  const overtake = async (taskId: string): Promise<void> => {
    const [late, quick] = [bench.worker(), bench.worker()];
    const [turn, asked] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    const occupied = late.traffic.run('local', () => turn.promise, NEVER);
    const run = late.traffic.run.bind(late.traffic);
    late.traffic.run = (...args) => {
      asked.resolve(null);
      return run(...args);
    };
    const comingBack = expect(late.execute(taskId)).rejects.toThrow('taken over');
    await asked.promise;
    await bench.letClaimsLapse();
    await quick.execute(taskId);
    turn.resolve(null);
    await Promise.all([occupied, comingBack]);
  };

  it('does not remove the data that the other has imported', async () => {
    const imageId = await stagedImage(bench);
    await overtake(await bench.import(imageId));
    expect((await bench.images.stateOf(imageId)).status).toBe('active');
    expect(await bytesIn(first)).toEqual([imageId]);
  });

  it('does not remove what the other has exported', async () => {
    const imageId = await activeImage(bench);
    const input = { image_id: imageId, destination: { store: 'local' } };
    const taskId = await bench.create({ taskType: 'export', input });
    await overtake(taskId);
    expect(await bench.taskReadModel.find(taskId)).toMatchObject({ status: 'success' });
    expect((await bytesIn(first)).toSorted()).toEqual([imageId, taskId].toSorted());
  });

  it('does not remove what has been uploaded since the other gave the import up', async () => {
    const imageId = await stagedImage(bench);
    const taskId = await bench.import(imageId, { stores: ['local', 'second'] });
    const before = first.haltRemoval();
    second.refuses = true;
    const late = bench.worker().execute(taskId);
    await before.reached.promise;
    const givingUp = first.haltRemoval(); // the one before was the look at what an earlier attempt had left
    before.end.resolve(null);
    await givingUp.reached.promise;
    await bench.letClaimsLapse();
    await bench.worker().execute(taskId);
    second.refuses = false;
    const upload = { imageId, source: Readable.from([Buffer.from('new')]), storeId: 'second', expectedBytes: null };
    await bench.uploads.upload(upload, { caller: OWNER, requestId: 'req-1' });
    givingUp.end.resolve(null);
    await expect(late).rejects.toThrow('taken over');
    expect(await bytesIn(second)).toEqual([imageId]);
    expect((await bench.images.stateOf(imageId)).status).toBe('active');
  });
});
