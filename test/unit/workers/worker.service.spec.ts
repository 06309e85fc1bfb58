import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { RecordedEvent } from '../../../src/events/event-store.js';
import { EventStoreUnavailable } from '../../../src/events/events.errors.js';
import type { Reaction, ReactorCheckpoints } from '../../../src/workers/reactor.js';
import { ScrubDeletedImages } from '../../../src/workers/scrub-deleted-images.reaction.js';
import { WorkerService } from '../../../src/workers/worker.service.js';
import type { WorkerLog } from '../../../src/workers/worker-log.js';
import { eventually } from '../../support/eventually.js';
import { openImageWorkbench } from '../../support/image-workbench.js';
import type { ImageWorkbench } from '../../support/image-workbench.js';
import { activeImage, deleteImage, imagesWithBytes } from '../../support/workbench-images.js';

/** Breaks off the first subscription, as a store does that cannot be read for a while. */
class InterruptedEventStore extends InMemoryEventStore {
  private interruptions = 1;

  override subscribe(...args: Parameters<InMemoryEventStore['subscribe']>): AsyncIterable<RecordedEvent> {
    if (this.interruptions === 0) return super.subscribe(...args);
    this.interruptions -= 1;
    throw new EventStoreUnavailable('The event store is away');
  }
}

describe('the worker', () => {
  let bench: ImageWorkbench;
  let interruptions: unknown[];
  let saved: Map<string, bigint>;
  let worker: WorkerService;

  const start = (...others: Reaction[]): void => {
    const checkpoints: ReactorCheckpoints = {
      load: (name) => Promise.resolve(saved.get(name) ?? 0n),
      save: (name, position) => Promise.resolve(void saved.set(name, position)),
    };
    const log: WorkerLog = {
      failed: () => undefined,
      interrupted: (_, error) => void interruptions.push(error),
      taskFailed: () => undefined,
      leftBehind: () => undefined,
      keyNotDeleted: () => undefined,
      swept: () => undefined,
    };
    const reactions = [new ScrubDeletedImages(bench.scrubImage), ...others];
    worker = new WorkerService(reactions, bench.eventStore, checkpoints, bench.leases, log);
    worker.onApplicationBootstrap();
  };

  beforeEach(() => {
    interruptions = [];
    saved = new Map();
  });
  afterEach(async () => {
    await worker.onModuleDestroy();
    await bench.close();
  });

  it('removes the bytes of an image that is deleted, and remembers how far it has come', async () => {
    bench = await openImageWorkbench();
    start();
    const [kept, deleted] = [await activeImage(bench), await activeImage(bench)];
    await deleteImage(bench, deleted);
    await eventually(async () => expect(await imagesWithBytes(bench)).toEqual([kept]));
    await worker.onModuleDestroy();
    const events = await bench.eventStore.readStream(`image-${deleted}`);
    const deletion = events.find(({ type }) => type === 'ImageDeleted');
    expect(saved.get('scrub-deleted-images')).toBeGreaterThanOrEqual(deletion!.position);
  });

  it('goes on after the event store was away', async () => {
    bench = await openImageWorkbench({ eventStore: new InterruptedEventStore() });
    await deleteImage(bench, await activeImage(bench));
    start();
    await eventually(async () => expect(await imagesWithBytes(bench)).toEqual([]));
    expect(interruptions).toEqual([expect.any(EventStoreUnavailable)]);
  });

  it('runs each reaction for itself: one that another process runs, or that fails, does not hinder the others', async () => {
    bench = await openImageWorkbench();
    const reactsTo = new Set(['ImageDeleted']);
    const done: string[] = [];
    const elsewhere: Reaction = {
      name: 'elsewhere',
      reactsTo,
      react: () => Promise.resolve(void done.push('elsewhere')),
    };
    const failing: Reaction = { name: 'failing', reactsTo, react: () => Promise.reject(new Error('never')) };
    await bench.leases.acquire('reactor/elsewhere', 'another process', 60_000);
    start(elsewhere, failing);
    await deleteImage(bench, await activeImage(bench));
    await eventually(async () => expect(await imagesWithBytes(bench)).toEqual([]));
    await worker.onModuleDestroy();
    expect(done).toEqual([]);
    expect(saved.get('failing') ?? 0n).toBeLessThan(await bench.eventStore.lastPosition());
  });
});
