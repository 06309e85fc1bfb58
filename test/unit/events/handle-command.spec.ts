import { jest } from '@jest/globals';
import { Type } from 'typebox';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import type { EventOf } from '../../../src/events/contracts/event.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import type { AppendResult, ExpectedRevision, NewEvent } from '../../../src/events/event-store.js';
import { ConcurrentChange, EventStoreUnavailable, UnknownEventType } from '../../../src/events/events.errors.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import type { CommandContext } from '../../../src/events/handle-command.js';
import { HashChain } from '../../../src/events/hash-chain.js';
import type { Decider } from '../../../src/kernel/decider.js';
import { newEvent } from '../../support/new-event.js';

const counterEvents = { Added: { schemaVersion: 1, data: Type.Object({ amount: Type.Integer() }) } } as const;
type CounterEvent = EventOf<typeof counterEvents>;
type Add = Readonly<{ amounts: readonly number[] }>;

const added = (amount: number): CounterEvent => ({ type: 'Added', schemaVersion: 1, data: { amount } });

/** Refuses to go above 100. */
const counter: Decider<number, Add, CounterEvent> = {
  initialState: 0,
  decide: ({ amounts }, sum) => {
    if (sum + amounts.reduce((a, b) => a + b, 0) > 100) throw new RangeError('too much');
    return amounts.map(added);
  },
  evolve: (sum, event) => sum + event.data.amount,
};

const context: CommandContext = {
  actor: { userId: 'user', projectId: 'project', roles: ['member'] },
  requestId: 'req-1',
};

const clock = { now: () => new Date('2026-03-04T05:06:07.089Z') };

/** Others write to the stream just before each of the first `times` appends. */
class ContendedEventStore extends InMemoryEventStore {
  attempts = 0;

  constructor(private readonly times: number) {
    super();
  }

  override async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    this.attempts += 1;
    if (this.attempts <= this.times) {
      await super.append(stream, 'any', [newEvent({ type: 'Added', data: { amount: 1 } })]);
    }
    return super.append(stream, expected, events);
  }
}

const codec = EventCodec.of([counterEvents]);

const setUp = (store = new InMemoryEventStore()) => ({ store, commands: new CommandHandling(store, codec, clock) });

describe('CommandHandling', () => {
  it('starts a stream with the events that were decided', async () => {
    const { store, commands } = setUp();
    const handled = await commands.handle(counter, 'counter-1', { amounts: [1, 2] }, context);

    expect(handled).toEqual({ state: 3, events: [added(1), added(2)], revision: 1, position: 2n });
    expect((await store.readStream('counter-1')).map(({ data }) => data)).toEqual([{ amount: 1 }, { amount: 2 }]);
  });

  it('decides on the state that earlier events led to', async () => {
    const { commands } = setUp();
    await commands.handle(counter, 'counter-1', { amounts: [60] }, context);

    await expect(commands.handle(counter, 'counter-1', { amounts: [60] }, context)).rejects.toThrow(RangeError);
    expect(await commands.handle(counter, 'counter-1', { amounts: [40] }, context)).toMatchObject({
      state: 100,
      revision: 1,
    });
  });

  it('tells streams apart', async () => {
    const { commands } = setUp();
    await commands.handle(counter, 'counter-1', { amounts: [60] }, context);

    expect(await commands.handle(counter, 'counter-2', { amounts: [60] }, context)).toMatchObject({
      state: 60,
      revision: 0,
    });
  });

  it('appends nothing when there is nothing to do, and answers with where the stream is', async () => {
    const { store, commands } = setUp();
    await commands.handle(counter, 'counter-1', { amounts: [1, 2] }, context);
    await commands.handle(counter, 'counter-2', { amounts: [1] }, context);

    expect(await commands.handle(counter, 'counter-1', { amounts: [] }, context)).toEqual({
      state: 3,
      events: [],
      revision: 1,
      position: 2n,
    });
    expect(await store.lastPosition()).toBe(3n);
  });

  it('answers with revision -1 and position 0 when nothing was decided about a stream that does not exist', async () => {
    const { commands } = setUp();

    expect(await commands.handle(counter, 'counter-1', { amounts: [] }, context)).toEqual({
      state: 0,
      events: [],
      revision: -1,
      position: 0n,
    });
  });

  describe('authorisation', () => {
    it('sees the state before the decision', async () => {
      const { commands } = setUp();
      await commands.handle(counter, 'counter-1', { amounts: [7] }, context);
      const seen: number[] = [];
      await commands.handle(counter, 'counter-1', { amounts: [1] }, context, (sum) => void seen.push(sum));

      expect(seen).toEqual([7]);
    });

    it('leaves nothing behind when it refuses, and comes before any refusal of the decider', async () => {
      const { store, commands } = setUp();
      const refuse = () => {
        throw new SyntaxError('forbidden');
      };

      await expect(commands.handle(counter, 'counter-1', { amounts: [1] }, context, refuse)).rejects.toThrow(
        'forbidden',
      );
      await expect(commands.handle(counter, 'counter-1', { amounts: [999] }, context, refuse)).rejects.toThrow(
        'forbidden',
      );
      expect(await store.lastPosition()).toBe(0n);
    });
  });

  describe('conflicts', () => {
    it('decides again on the new state when somebody else was faster', async () => {
      const store = new ContendedEventStore(4);
      const { commands } = setUp(store);

      expect(await commands.handle(counter, 'counter-1', { amounts: [10] }, context)).toMatchObject({
        state: 14,
        revision: 4,
      });
      expect(store.attempts).toBe(5);
    });

    it('refuses on the new state when that no longer allows the command', async () => {
      const { commands } = setUp(new ContendedEventStore(1));

      await expect(commands.handle(counter, 'counter-1', { amounts: [100] }, context)).rejects.toThrow(RangeError);
    });

    it('asks for authorisation again', async () => {
      const { commands } = setUp(new ContendedEventStore(1));
      const seen: number[] = [];
      await commands.handle(counter, 'counter-1', { amounts: [1] }, context, (sum) => void seen.push(sum));

      expect(seen).toEqual([0, 1]);
    });

    it('gives up after five attempts', async () => {
      const store = new ContendedEventStore(5);
      const { commands } = setUp(store);

      await expect(commands.handle(counter, 'counter-1', { amounts: [10] }, context)).rejects.toBeInstanceOf(
        ConcurrentChange,
      );
      expect(store.attempts).toBe(5);
      expect((await store.readStream('counter-1')).every(({ data }) => data['amount'] === 1)).toBe(true);
    });

    it('does not try again when the store is unavailable', async () => {
      const { store, commands } = setUp();
      await store.close();

      await expect(commands.handle(counter, 'counter-1', { amounts: [1] }, context)).rejects.toBeInstanceOf(
        EventStoreUnavailable,
      );
    });
  });

  describe('a command that starts a stream', () => {
    const starting = { ...counter, startsStream: () => true };

    it('is decided without looking for the stream', async () => {
      const { store, commands } = setUp();
      const read = jest.spyOn(store, 'readStream');

      expect(await commands.handle(starting, 'counter-1', { amounts: [10] }, context)).toMatchObject({ revision: 0 });
      expect(read).not.toHaveBeenCalled();
    });

    it('is decided again, on the real state, when the stream exists nevertheless', async () => {
      const { commands } = setUp();
      await commands.handle(starting, 'counter-1', { amounts: [60] }, context);

      expect(await commands.handle(starting, 'counter-1', { amounts: [10] }, context)).toMatchObject({ state: 70 });
      await expect(commands.handle(starting, 'counter-1', { amounts: [50] }, context)).rejects.toThrow(RangeError);
    });
  });

  describe('metadata', () => {
    it('says who, when and in which request', async () => {
      const { store, commands } = setUp();
      await commands.handle(
        counter,
        'counter-1',
        { amounts: [1] },
        { ...context, correlationId: 'c', causationId: 'd' },
      );

      const [event] = await store.readStream('counter-1');
      expect(event?.metadata).toEqual({
        recordedAt: '2026-03-04T05:06:07.089Z',
        actor: context.actor,
        requestId: 'req-1',
        correlationId: 'c',
        causationId: 'd',
        previousHash: null,
      });
    });

    it('correlates the events of a request by its id', async () => {
      const { store, commands } = setUp();
      await commands.handle(counter, 'counter-1', { amounts: [1] }, context);

      expect((await store.readStream('counter-1'))[0]?.metadata).toMatchObject({
        correlationId: 'req-1',
        causationId: null,
      });
    });

    it('correlates the events of a command without a request by an id of their own', async () => {
      const { store, commands } = setUp();
      await commands.handle(counter, 'counter-1', { amounts: [1, 2] }, { ...context, requestId: null });

      const [first, second] = await store.readStream('counter-1');
      expect(first?.metadata.correlationId).toMatch(/^[0-9a-f-]{36}$/);
      expect(second?.metadata.correlationId).toBe(first?.metadata.correlationId);
    });

    it('takes nothing from the actor but user, project and roles', async () => {
      const { store, commands } = setUp();
      const actor = { ...context.actor, token: 'secret' };
      await commands.handle(counter, 'counter-1', { amounts: [1] }, { ...context, actor });

      expect(JSON.stringify((await store.readStream('counter-1'))[0]?.metadata)).not.toContain('secret');
    });

    it('gives each event an id that sorts by time', async () => {
      const { store, commands } = setUp();
      await commands.handle(counter, 'counter-1', { amounts: [1, 2, 3] }, context);

      const ids = (await store.readStream('counter-1')).map(({ id }) => id);
      expect(new Set(ids).size).toBe(3);
      expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(id))).toBe(true);
    });

    it('chains the events of a stream over several commands', async () => {
      const { store, commands } = setUp();
      for (const amounts of [[1], [2, 3, 4], [5]]) await commands.handle(counter, 'counter-1', { amounts }, context);

      const events = await store.readStream('counter-1');
      const chain = new HashChain();
      expect(events.flatMap((event) => chain.add(event))).toEqual([]);
      expect(new Set(events.map(({ metadata }) => metadata.previousHash)).size).toBe(5);
    });
  });

  describe('loadState', () => {
    it('folds what is there', async () => {
      const { commands } = setUp();
      await commands.handle(counter, 'counter-1', { amounts: [1, 2] }, context);

      expect(await commands.loadState(counter, 'counter-1')).toEqual({ state: 3, revision: 1, position: 2n });
    });

    it('yields the initial state of a stream that does not exist', async () => {
      const { commands } = setUp();

      expect(await commands.loadState(counter, 'counter-1')).toEqual({ state: 0, revision: -1, position: 0n });
    });

    it('stops at an event that it does not know', async () => {
      const { store, commands } = setUp();
      await store.append('counter-1', 'no_stream', [newEvent({ type: 'Subtracted' })]);

      await expect(commands.loadState(counter, 'counter-1')).rejects.toBeInstanceOf(UnknownEventType);
    });
  });
});
