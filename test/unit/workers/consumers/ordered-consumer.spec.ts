import { InMemoryEventStore } from '../../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { EventCodec } from '../../../../src/events/event-codec.js';
import type { AnyEvent } from '../../../../src/events/event-codec.js';
import { imageEvents } from '../../../../src/events/contracts/image-events.js';
import type { NewEvent } from '../../../../src/events/event-store.js';
import { EventStoreUnavailable, UnknownEventSchema, UnknownEventType } from '../../../../src/events/events.errors.js';
import type { Consumer, ConsumerCheckpoints, OutgoingEvent } from '../../../../src/workers/consumers/consumer.js';
import { OrderedConsumer } from '../../../../src/workers/consumers/ordered-consumer.js';
import { eventually } from '../../../support/eventually.js';
import { newEvent } from '../../../support/new-event.js';

class MemoryCheckpoints implements ConsumerCheckpoints {
  readonly saved = new Map<string, bigint>();
  load = (name: string) => Promise.resolve(this.saved.get(name) ?? 0n);
  save = (name: string, position: bigint) => Promise.resolve(void this.saved.set(name, position));
  begin = () => Promise.reject(new Error('whoever starts processes does so'));
}

/** Remembers what it is told; `fails` says what it does not take (yet). */
class Recording implements Consumer<string> {
  readonly name = 'recording';
  readonly concurrency = 2;
  readonly told: string[] = [];
  readonly givenUp: string[] = [];
  readonly tries: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  prepareFailure: ((text: string) => Error | null) | null = null;

  constructor(
    readonly attempts: number | null = null,
    private readonly fails: (text: string) => boolean = () => false,
  ) {}

  /** What each pause was about. */
  readonly pausedFor: unknown[] = [];

  pauseMs = (_failures: number, error: unknown): number => {
    this.pausedFor.push(error);
    return 1;
  };

  prepare({ envelope }: OutgoingEvent): Promise<string | null> {
    const text = textOf({ envelope });
    const failure = this.prepareFailure?.(text) ?? null;
    if (failure !== null) return Promise.reject(failure);
    return Promise.resolve(text.endsWith('unwanted') ? null : text);
  }

  async deliver(text: string): Promise<void> {
    this.tries.push(text);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay -= 1;
    if (this.fails(text)) throw new Error('the receiver is away');
    this.told.push(text);
  }

  giveUp({ envelope }: OutgoingEvent): Promise<void> {
    this.givenUp.push(textOf({ envelope }));
    return Promise.resolve();
  }
}

const textOf = ({ envelope }: Pick<OutgoingEvent, 'envelope'>): string =>
  `${envelope.stream}/${JSON.stringify(envelope.data['tag']).replaceAll('"', '')}`;

const tag = (name: string): NewEvent => newEvent({ type: 'ImageTagAdded', data: { tag: name } });

describe('a consumer of events', () => {
  let store: InMemoryEventStore;
  let checkpoints: MemoryCheckpoints;
  let stop: AbortController;
  let said: string[];

  beforeEach(() => {
    store = new InMemoryEventStore();
    checkpoints = new MemoryCheckpoints();
    stop = new AbortController();
    said = [];
  });
  afterEach(() => stop.abort());

  const append = async (stream: string, ...names: string[]): Promise<void> => {
    for (const name of names) await store.append(stream, 'any', [tag(name)]);
  };
  const run = (consumer: Recording): Promise<void> =>
    new OrderedConsumer(consumer, {
      eventStore: store,
      codec: new EventCodec<AnyEvent>([imageEvents]),
      checkpoints,
      log: {
        gaveUp: (_, outgoing, attempts) => void said.push(`gave up ${textOf(outgoing)} after ${attempts}`),
        stopped: (_, error) => void said.push(`stopped: ${(error as Error).name}`),
        interrupted: (_, error) => void said.push(`interrupted: ${(error as Error).message}`),
        away: () => undefined,
        back: () => undefined,
      },
      meter: {
        delivered: () => undefined,
        failed: () => undefined,
        gaveUp: () => undefined,
        stopped: (_, code) => void said.push(`metric: ${code}`),
      },
    }).run(stop.signal);
  const stopped = async (running: Promise<void>): Promise<bigint | undefined> => {
    stop.abort();
    await running;
    return checkpoints.saved.get('recording');
  };

  it('is told of what happened before its start and after, in the order of each stream', async () => {
    const consumer = new Recording();
    await append('image-1', 'a', 'b');
    const running = run(consumer);
    await append('image-2', 'c');
    await append('image-1', 'd');
    await eventually(() => expect(consumer.told).toHaveLength(4));
    expect(consumer.told.filter((text) => text.startsWith('image-1'))).toEqual(['image-1/a', 'image-1/b', 'image-1/d']);
    expect(await stopped(running)).toBe(4n);
  });

  it('is told of no more streams at a time than it wants', async () => {
    const consumer = new Recording();
    for (let n = 0; n < 20; n += 1) await append(`image-${n}`, 'a');
    const running = run(consumer);
    await eventually(() => expect(consumer.told).toHaveLength(20));
    expect(consumer.mostUnderWay).toBe(2);
    await stopped(running);
  });

  it('begins behind its checkpoint', async () => {
    const consumer = new Recording();
    await append('image-1', 'a', 'b');
    checkpoints.saved.set('recording', 1n);
    const running = run(consumer);
    await eventually(() => expect(consumer.told).toEqual(['image-1/b']));
    await stopped(running);
  });

  it('has the rest of a stream wait for an event that fails, and goes on with other streams', async () => {
    let isAway = true;
    const consumer = new Recording(null, (text) => isAway && text === 'image-1/a');
    await append('image-1', 'a', 'b');
    await append('image-2', 'c', 'd');
    const running = run(consumer);
    await eventually(() => expect(consumer.told).toEqual(['image-2/c', 'image-2/d']));
    await eventually(() => expect(consumer.tries.filter((text) => text === 'image-1/a').length).toBeGreaterThan(3));
    isAway = false;
    await eventually(() => expect(consumer.told.slice(2)).toEqual(['image-1/a', 'image-1/b']));
    expect(await stopped(running)).toBe(4n);
    expect(consumer.pausedFor[0]).toEqual(new Error('the receiver is away'));
  });

  it('keeps its checkpoint below what is not delivered, whatever comes behind', async () => {
    const consumer = new Recording(null, (text) => text === 'image-1/b');
    await append('image-1', 'a', 'b');
    await append('image-2', 'c');
    const running = run(consumer);
    await eventually(() => expect(consumer.told).toEqual(expect.arrayContaining(['image-1/a', 'image-2/c'])));
    expect(await stopped(running)).toBe(1n);
  });

  it('saves its checkpoint while it runs', async () => {
    const running = run(new Recording());
    await append('image-1', 'a', 'b', 'c');
    await eventually(() => expect(checkpoints.saved.get('recording')).toBe(3n));
    await stopped(running);
  });

  it('passes over what it has nothing to tell of', async () => {
    const consumer = new Recording();
    await append('image-1', 'unwanted', 'b', 'unwanted');
    const running = run(consumer);
    await eventually(() => expect(checkpoints.saved.get('recording')).toBe(3n));
    expect(consumer.told).toEqual(['image-1/b']);
    await stopped(running);
  });

  it('gives up after its last attempt, says so, and goes on in the same stream', async () => {
    const consumer = new Recording(3, (text) => text === 'image-1/a');
    await append('image-1', 'a', 'b');
    const running = run(consumer);
    await eventually(() => expect(consumer.told).toEqual(['image-1/b']));
    expect(consumer.tries.filter((text) => text === 'image-1/a')).toHaveLength(3);
    expect([consumer.givenUp, said]).toEqual([['image-1/a'], ['gave up image-1/a after 3']]);
    expect(await stopped(running)).toBe(2n);
  });

  it('does not count it as an attempt when the log cannot be read', async () => {
    const consumer = new Recording(1);
    let failures = 5;
    consumer.prepareFailure = () => (failures-- > 0 ? new EventStoreUnavailable('the log is away') : null);
    await append('image-1', 'a');
    const running = run(consumer);
    await eventually(() => expect(consumer.told).toEqual(['image-1/a']));
    expect(said).toEqual(Array(5).fill('interrupted: the log is away'));
    await stopped(running);
  });

  it.each([
    ['of an unknown type', newEvent({ type: 'ImageTeleported' }), UnknownEventType, 'events.unknown_type'],
    [
      'of a newer version',
      newEvent({ type: 'ImageTagAdded', schemaVersion: 2, data: { tag: 'x' } }),
      UnknownEventSchema,
      'events.unknown_schema',
    ],
  ])('stops at an event %s, after all before it and before all behind it', async (_, unreadable, error, code) => {
    let isAway = true;
    const consumer = new Recording(null, () => isAway);
    await append('image-1', 'a');
    await store.append('image-2', 'any', [unreadable]);
    await append('image-1', 'b');
    const running = run(consumer);
    const outcome = running.catch((reason: unknown) => reason);
    await eventually(() => expect(said).toEqual([`stopped: ${error.name}`, `metric: ${code}`]));
    isAway = false;
    expect(await outcome).toBeInstanceOf(error);
    expect(consumer.told).toEqual(['image-1/a']);
    expect(checkpoints.saved.get('recording')).toBe(1n);
  });

  it('stops, too, when what it needs to tell of an event cannot be read', async () => {
    const consumer = new Recording();
    consumer.prepareFailure = (text) => (text === 'image-1/b' ? new UnknownEventType('older') : null);
    await append('image-1', 'a', 'b', 'c');
    await expect(run(consumer)).rejects.toBeInstanceOf(UnknownEventType);
    expect(consumer.told).toEqual(['image-1/a']);
    expect(checkpoints.saved.get('recording')).toBe(1n);
  });

  it('ends soon when it is told to, although nothing can be delivered', async () => {
    const consumer = new Recording(null, () => true);
    for (let n = 0; n < 1500; n += 1) await append(`image-${n}`, 'a');
    const running = run(consumer);
    await eventually(() => expect(consumer.tries.length).toBeGreaterThan(1000));
    expect(await stopped(running)).toBe(0n);
  });
});
