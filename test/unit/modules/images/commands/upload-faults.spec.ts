import { Readable } from 'node:stream';
import { InMemoryEventStore } from '../../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { EventStoreUnavailable } from '../../../../../src/events/events.errors.js';
import type { Leases } from '../../../../../src/kernel/lease.js';
import { MemoryImageStore } from '../../../../../src/stores/memory/memory.store.js';
import { openImageWorkbench, OWNER } from '../../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../../support/image-workbench.js';
import { imagesWithBytes, queuedImage, staged } from '../../../../support/workbench-images.js';

type Moment = 'before' | 'after';

/** Lets one of all calls to the outer world fail: before it has an effect, or after, when only its answer is lost. */
class OneFault {
  private remaining = Infinity;
  private moment: Moment = 'before';

  get occurred(): boolean {
    return this.remaining < 0;
  }

  arm(nth: number, moment: Moment): void {
    this.remaining = nth;
    this.moment = moment;
  }

  async around<Result>(call: () => Promise<Result>): Promise<Result> {
    const fails = this.remaining === 0;
    this.remaining -= 1;
    if (fails && this.moment === 'before') throw new EventStoreUnavailable('It is away');
    const result = await call();
    if (fails) throw new EventStoreUnavailable('Its answer was lost');
    return result;
  }
}

class FaultyEventStore extends InMemoryEventStore {
  constructor(private readonly fault: OneFault) {
    super();
  }
  override append(...args: Parameters<InMemoryEventStore['append']>) {
    return this.fault.around(() => super.append(...args));
  }
  override readStream(...args: Parameters<InMemoryEventStore['readStream']>) {
    return this.fault.around(() => super.readStream(...args));
  }
  override readAll(...args: Parameters<InMemoryEventStore['readAll']>) {
    return this.fault.around(() => super.readAll(...args));
  }
}

class FaultyImageStore extends MemoryImageStore {
  constructor(private readonly fault: OneFault) {
    super();
  }
  override delete(...args: Parameters<MemoryImageStore['delete']>) {
    return this.fault.around(() => super.delete(...args));
  }
  override discardUnfinished(...args: Parameters<MemoryImageStore['discardUnfinished']>) {
    return this.fault.around(() => super.discardUnfinished(...args));
  }
}

const faultyLeases = (leases: Leases, fault: OneFault): Leases => ({
  acquire: (...lease) => fault.around(() => leases.acquire(...lease)),
  renew: (...lease) => fault.around(() => leases.renew(...lease)),
  release: (...lease) => fault.around(() => leases.release(...lease)),
  isHeld: (name) => leases.isHeld(name),
});

const request = { caller: OWNER, requestId: 'req-1' };

/** How data gets to an image, what the image is then, and where its bytes are. */
const TRANSFERS = {
  'an upload': {
    send: (bench: ImageWorkbench, imageId: string, source: Readable) =>
      bench.uploads.upload({ imageId, source, storeId: null, expectedBytes: 4 }, request),
    whole: 'active',
    bytes: imagesWithBytes,
    clear: (bench: ImageWorkbench, imageId: string) => bench.driver.delete(`memory:///${imageId}`),
  },
  'a staging': {
    send: (bench: ImageWorkbench, imageId: string, source: Readable) =>
      bench.stagings.stage({ imageId, source, expectedBytes: 4 }, request),
    whole: 'uploading',
    bytes: staged,
    clear: (bench: ImageWorkbench, imageId: string) => bench.staging.discard(imageId),
  },
};

describe.each(Object.entries(TRANSFERS))(
  '%s during which the event store, the leases or the image store fail once',
  (_kind, { send, whole, bytes, clear }) => {
    let bench: ImageWorkbench;
    let fault: OneFault;

    beforeEach(async () => {
      fault = new OneFault();
      bench = await openImageWorkbench({
        eventStore: new FaultyEventStore(fault),
        driver: new FaultyImageStore(fault),
        wrapLeases: (leases) => faultyLeases(leases, fault),
      });
    });
    afterEach(() => bench.close());

    /** What failed once goes away by itself: nobody holds the lease of a transfer that has ended. */
    const expectWholeOrNothing = async (imageId: string): Promise<void> => {
      const { failures, leftOvers } = await bench.housekeeping().run(new AbortController().signal);
      expect([failures, leftOvers]).toEqual([[], 0]);
      const status = (await bench.readModel.find(imageId))?.status;
      expect([status, await bytes(bench)]).toEqual(status === whole ? [whole, [imageId]] : ['queued', []]);
      if (status === 'queued') await send(bench, imageId, Readable.from([Buffer.from('data')]));
      expect((await bench.readModel.find(imageId))?.status).toBe(whole);
      await clear(bench, imageId);
    };

    it.each<[string, Moment, () => Readable]>([
      ['at any step of a good one', 'before', () => Readable.from([Buffer.from('data')])],
      ['in the answer to any step of a good one', 'after', () => Readable.from([Buffer.from('data')])],
      ['at any step of a refused one', 'before', () => Readable.from([Buffer.from('too much')])],
      ['in the answer to any step of a refused one', 'after', () => Readable.from([Buffer.from('too much')])],
    ])('leaves the image as it was, or with all its data: %s', async (_, moment, data) => {
      let steps = 0;
      for (let nth = 0; ; nth += 1) {
        const imageId = await queuedImage(bench);
        fault.arm(nth, moment);
        await send(bench, imageId, data()).catch(() => undefined);
        const { occurred } = fault;
        fault.arm(Infinity, moment);
        await expectWholeOrNothing(imageId);
        if (!occurred) break;
        steps += 1;
      }
      expect(steps).toBeGreaterThan(5);
    });
  },
);
