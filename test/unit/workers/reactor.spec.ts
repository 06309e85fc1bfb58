import { once } from 'node:events';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { RecordedEvent } from '../../../src/events/event-store.js';
import { Reactor } from '../../../src/workers/reactor.js';
import type { Reaction, ReactorCheckpoints } from '../../../src/workers/reactor.js';
import { eventually } from '../../support/eventually.js';
import { newEvent } from '../../support/new-event.js';

class MemoryCheckpoints implements ReactorCheckpoints {
  readonly saved = new Map<string, bigint>();
  load = (name: string) => Promise.resolve(this.saved.get(name) ?? 0n);
  save = (name: string, position: bigint) => Promise.resolve(void this.saved.set(name, position));
}

const silent = { failed: () => undefined };

/** Reacts to deletions; `fails` says for which streams it does not work (yet). */
class Recording implements Reaction {
  readonly name = 'recording';
  readonly reactsTo = new Set(['ImageDeleted']);
  readonly done: string[] = [];
  readonly attempts: string[] = [];
  constructor(private readonly fails: (stream: string) => boolean = () => false) {}

  react({ stream }: RecordedEvent): Promise<void> {
    this.attempts.push(stream);
    if (this.fails(stream)) return Promise.reject(new Error('the store is away'));
    this.done.push(stream);
    return Promise.resolve();
  }
}

/** Cannot read again what it has read out once. */
class ForgetfulEventStore extends InMemoryEventStore {
  override readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return limit === 1 ? Promise.reject(new Error('the disk is broken')) : super.readAll(after, limit);
  }
}

describe('a reactor', () => {
  let store: InMemoryEventStore;
  let checkpoints: MemoryCheckpoints;
  let stop: AbortController;

  beforeEach(() => {
    store = new InMemoryEventStore();
    checkpoints = new MemoryCheckpoints();
    stop = new AbortController();
  });

  const append = (stream: string, type = 'ImageDeleted') => store.append(stream, 'any', [newEvent({ type })]);
  const start = (reaction: Reaction) => new Reactor(reaction, store, checkpoints, silent).run(stop.signal);

  it('reacts to the events it is meant for, from before its start and after', async () => {
    const reaction = new Recording();
    await append('image-1');
    const running = start(reaction);
    await append('image-2', 'ImageCreated');
    await append('image-3');
    await eventually(() => expect(reaction.done).toEqual(['image-1', 'image-3']));
    stop.abort();
    await running;
    expect(checkpoints.saved.get('recording')).toBe(3n);
  });

  it('leaves behind what it is not meant for, so that the next start need not go through it again', async () => {
    const reaction = new Recording();
    await append('image-1');
    await append('image-2', 'ImageCreated');
    const running = start(reaction);
    await eventually(() => expect(reaction.done).toEqual(['image-1']));
    stop.abort();
    await running;
    expect(checkpoints.saved.get('recording')).toBe(2n);
  });

  it('goes on after its checkpoint when it is started again', async () => {
    await append('image-1');
    await append('image-2');
    checkpoints.saved.set('recording', 1n);
    const reaction = new Recording();
    const running = start(reaction);
    await eventually(() => expect(reaction.done).toEqual(['image-2']));
    stop.abort();
    await running;
  });

  it('tries again what failed while others go on', async () => {
    let away = true;
    const reaction = new Recording((stream) => away && stream === 'image-1');
    await append('image-1');
    await append('image-2');
    const running = start(reaction);
    await eventually(() => expect(reaction.done).toEqual(['image-2']));
    away = false;
    await eventually(() => expect(reaction.done).toEqual(['image-2', 'image-1']));
    stop.abort();
    await running;
    expect(checkpoints.saved.get('recording')).toBe(2n);
  });

  it('keeps its checkpoint below what is unfinished, so that the next start does it', async () => {
    await append('image-1');
    await append('image-2');
    const broken = new Recording((stream) => stream === 'image-2');
    const running = start(broken);
    await eventually(() => expect(broken.attempts).toContain('image-2'));
    stop.abort();
    await running;
    expect(checkpoints.saved.get('recording')).toBe(1n);

    stop = new AbortController();
    const healed = new Recording();
    const again = start(healed);
    await eventually(() => expect(healed.done).toEqual(['image-2']));
    stop.abort();
    await again;
  });

  it('reads on however many reactions fail, and forgets none of them', async () => {
    const many = 2500; // more than it keeps at hand
    let away = true;
    const reaction = new Recording((stream) => away && stream !== 'image-new');
    await store.append(
      'image-old',
      'any',
      Array.from({ length: many }, () => newEvent({ type: 'ImageDeleted' })),
    );
    await append('image-new');
    const running = start(reaction);
    await eventually(() => expect(reaction.done).toEqual(['image-new']));
    expect(checkpoints.saved.get('recording')).toBe(0n);
    away = false;
    await eventually(() => expect(reaction.done).toHaveLength(many + 1));
    await eventually(() => expect(checkpoints.saved.get('recording')).toBe(BigInt(many + 1)));
    stop.abort();
    await running;
    expect(reaction.done).toHaveLength(many + 1);
  });

  it('ends reactions that wait when it is stopped, and does not call that a failure', async () => {
    const failures: unknown[] = [];
    let waiting = 0;
    const patient: Reaction = {
      name: 'recording',
      reactsTo: new Set(['ImageDeleted']),
      react: async (_, signal) => {
        waiting += 1;
        await once(signal, 'abort');
        throw signal.reason;
      },
    };
    const log = { failed: (...failure: unknown[]) => void failures.push(failure) };
    await append('image-1');
    const running = new Reactor(patient, store, checkpoints, log).run(stop.signal);
    await eventually(() => expect(waiting).toBe(1));
    stop.abort();
    await running;
    expect(failures).toEqual([]);
    expect(checkpoints.saved.get('recording')).toBe(0n);
  });

  it('fails with the event store, when nothing goes on any more', async () => {
    store = new ForgetfulEventStore();
    await store.append(
      'image-1',
      'any',
      Array.from({ length: 1100 }, () => newEvent({ type: 'ImageDeleted' })),
    );
    const broken = new Recording(() => true);
    await expect(start(broken)).rejects.toThrow('the disk is broken');
    expect(broken.attempts.length).toBeGreaterThanOrEqual(1100);
    const attempts = broken.attempts.length;
    await append('image-2');
    expect(broken.attempts).toHaveLength(attempts);
  });
});
