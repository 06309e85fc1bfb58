import { InMemoryEventStore } from '../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { EventStore } from '../../../../src/events/event-store.js';
import { EventStoreUnavailable, UnknownEventType } from '../../../../src/events/events.errors.js';
import { PROJECTOR_LEASE, ProjectorService } from '../../../../src/workers/projector/projector.service.js';
import type { FollowingReadModels } from '../../../../src/workers/projector/projector.service.js';
import { eventually } from '../../../support/eventually.js';
import { openImageWorkbench } from '../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../support/image-workbench.js';
import { newEvents } from '../../../support/new-event.js';

/** Tables that can only count, and only as far as they understand what they read. */
class CountingReadModels implements FollowingReadModels {
  checkpoint = 0n;
  caughtUp = 0;
  readableUpTo = 1_000_000n;

  catchUp(position: bigint): Promise<void> {
    this.caughtUp += 1;
    const isReadable = position <= this.readableUpTo;
    this.checkpoint = isReadable ? position : this.readableUpTo;
    return isReadable ? Promise.resolve() : Promise.reject(new UnknownEventType(`Event ${position} is unknown`));
  }

  status() {
    return Promise.resolve([{ checkpoint: this.checkpoint + 7n }, { checkpoint: this.checkpoint }]);
  }
}

describe('the projector', () => {
  let bench: ImageWorkbench;
  let log: EventStore;
  let running: ProjectorService[];
  let told: string[];
  let followed: number;

  beforeEach(async () => {
    bench = await openImageWorkbench();
    log = new InMemoryEventStore();
    running = [];
    told = [];
    followed = 0;
  });
  afterEach(async () => {
    await Promise.all(running.map((projector) => projector.onModuleDestroy()));
    await bench.close();
  });

  const start = (...readModels: readonly FollowingReadModels[]): ProjectorService => {
    const projector = new ProjectorService(readModels, log, bench.leases, {
      atWork: (isAtWork) => void told.push(isAtWork ? 'at work' : 'not at work'),
      followed: () => void (followed += 1),
      stopped: (error) => void told.push(`stopped: ${(error as Error).name}`),
      resumed: () => void told.push('resumed'),
    });
    projector.onApplicationBootstrap();
    running.push(projector);
    return projector;
  };

  const append = async (count: number): Promise<bigint> => (await log.append('s', 'any', newEvents(count))).position;

  it('brings all read models up to the events that there are and that come', async () => {
    const [some, others] = [new CountingReadModels(), new CountingReadModels()];
    await append(3);
    const projector = start(some, others);
    await eventually(() => expect([some.checkpoint, others.checkpoint, followed]).toEqual([3n, 3n, 3]));
    await append(2);
    await eventually(() => expect([some.checkpoint, others.checkpoint, followed]).toEqual([5n, 5n, 5]));
    expect(await projector.problem()).toBeNull();
    expect(told).toEqual(['at work']);
  });

  it('leaves alone what whoever appended an event has brought up to it already', async () => {
    const [ahead, behind] = [new CountingReadModels(), new CountingReadModels()];
    ahead.checkpoint = await append(3);
    start(ahead, behind);
    await eventually(() => expect(followed).toBe(3));
    expect([ahead.caughtUp, behind.caughtUp > 0]).toEqual([0, true]);
  });

  it('stops at an event that it cannot read, says so once, and goes on when it can', async () => {
    const readModels = new CountingReadModels();
    readModels.readableUpTo = 2n;
    await append(3);
    const projector = start(readModels);
    await eventually(() => expect(told).toContain('stopped: UnknownEventType'));
    await eventually(() => expect(readModels.caughtUp).toBeGreaterThan(3));
    expect(await projector.problem()).toBeInstanceOf(UnknownEventType);
    expect([readModels.checkpoint, followed]).toEqual([2n, expect.any(Number)]);
    expect(told.filter((each) => each.startsWith('stopped'))).toHaveLength(1);
    readModels.readableUpTo = 3n;
    await eventually(() => expect(told).toContain('resumed'));
    expect([readModels.checkpoint, await projector.problem()]).toEqual([3n, null]);
  });

  it('is well again after the event store was away, although nothing new has happened', async () => {
    let isAway = true;
    log = new (class extends InMemoryEventStore {
      override lastPosition(): Promise<bigint> {
        return isAway ? Promise.reject(new EventStoreUnavailable('away')) : super.lastPosition();
      }
    })();
    const projector = start(new CountingReadModels());
    await eventually(async () => expect(await projector.problem()).toBeInstanceOf(EventStoreUnavailable));
    isAway = false;
    await eventually(async () => expect(await projector.problem()).toBeNull());
  });

  it('waits while another one is at work, and is well when that one has come farther', async () => {
    const readModels = new CountingReadModels();
    readModels.readableUpTo = 0n;
    await append(1);
    const old = start(readModels);
    await eventually(async () => expect(await old.problem()).not.toBeNull());
    await eventually(async () => {
      expect(await bench.leases.acquire(PROJECTOR_LEASE, 'a newer program', 60_000)).toBe(true);
    });
    const attempts = readModels.caughtUp;
    expect(await old.problem()).toBeInstanceOf(UnknownEventType);
    readModels.checkpoint = 1n;
    await append(1);
    expect(await old.problem()).toBeNull();
    expect(readModels.caughtUp).toBe(attempts);
    expect(told.at(-1)).toBe('resumed');
  });
});
