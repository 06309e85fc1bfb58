import { randomUUIDv7 } from 'node:crypto';
import type { Clock } from '../kernel/clock.js';
import type { Decider } from '../kernel/decider.js';
import { chainedEvents } from './chained-events.js';
import type { AnyEvent, EventCodec } from './event-codec.js';
import type { Actor, EventMetadata, EventStore, RecordedEvent } from './event-store.js';
import { ConcurrentChange, WrongExpectedRevision } from './events.errors.js';

/** How often a command is decided anew because somebody else was faster. */
const MAX_ATTEMPTS = 5;

/** Who sends a command, and in which connection. `correlationId` defaults to the request's id. */
export type CommandContext = Readonly<{
  actor: Actor;
  requestId: string | null;
  correlationId?: string;
  causationId?: string | null;
}>;

/** A stream as it is now. An empty one has revision -1 and position 0n. */
type LoadedState<State> = Readonly<{ state: State; revision: number; position: bigint }>;

/** What a command led to: its events (perhaps none), and the stream's state, revision and position after them. */
export type HandledCommand<State, E> = LoadedState<State> & Readonly<{ events: readonly E[] }>;

type LoadedStream<State> = LoadedState<State> & Readonly<{ last: RecordedEvent | undefined }>;

/** Assumed of a stream that a command starts; if it is wrong, the append finds out and the stream is loaded. */
const emptyStream = <State>(state: State): LoadedStream<State> => ({
  state,
  revision: -1,
  position: 0n,
  last: undefined,
});

/** Folds events into a state. */
const fold = <State, E>(decider: Pick<Decider<State, never, E>, 'evolve'>, state: State, events: readonly E[]): State =>
  events.reduce(decider.evolve, state);

/** Load, decide, append: the one way in which a command of any context becomes events. */
export class CommandHandling<E extends AnyEvent> {
  constructor(
    private readonly eventStore: EventStore,
    private readonly codec: EventCodec<E>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param authorize sees the state before the decision; what it throws ends the command
   * @throws ConcurrentChange when the stream kept changing underneath; also whatever `authorize` and `decide` throw
   */
  async handle<State, Command>(
    decider: Decider<State, Command, E>,
    stream: string,
    command: Command,
    context: CommandContext,
    authorize?: (state: State) => void | Promise<void>,
  ): Promise<HandledCommand<State, E>> {
    for (let attempt = 1; ; attempt += 1) {
      const isNew = attempt === 1 && decider.startsStream?.(command) === true;
      const loaded = isNew ? emptyStream(decider.initialState) : await this.load(decider, stream);
      await authorize?.(loaded.state);
      const events = decider.decide(command, loaded.state);
      try {
        return await this.record(decider, stream, loaded, events, context);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
        if (attempt === MAX_ATTEMPTS) throw tooManyConflicts(stream, error);
      }
    }
  }

  /** The state that a stream's events fold to. */
  async loadState<State, Command>(decider: Decider<State, Command, E>, stream: string): Promise<LoadedState<State>> {
    const { state, revision, position } = await this.load(decider, stream);
    return { state, revision, position };
  }

  private async load<State, Command>(
    decider: Decider<State, Command, E>,
    stream: string,
  ): Promise<LoadedStream<State>> {
    const recorded = await this.eventStore.readStream(stream);
    let state = decider.initialState;
    for (const event of recorded) state = decider.evolve(state, this.codec.decode(event));
    const last = recorded.at(-1);
    return { state, last, revision: last?.revision ?? -1, position: last?.position ?? 0n };
  }

  private async record<State, Command>(
    decider: Decider<State, Command, E>,
    stream: string,
    { state, last, revision, position }: LoadedStream<State>,
    events: readonly E[],
    context: CommandContext,
  ): Promise<HandledCommand<State, E>> {
    if (events.length === 0) return { state, events, revision, position };
    const encoded = events.map((event) => this.codec.encode(event));
    const newEvents = chainedEvents(stream, last, encoded, commonMetadata(context, this.clock));
    const appended = await this.eventStore.append(stream, last === undefined ? 'no_stream' : revision, newEvents);
    return { state: fold(decider, state, events), events, revision: appended.revision, position: appended.position };
  }
}

/** What the metadata of all events that come of one command have in common. */
export const commonMetadata = (context: CommandContext, clock: Clock): Omit<EventMetadata, 'previousHash'> => {
  // Field by field: what a caller carries beside these, say a token, must not get into the log.
  const { userId, projectId, roles } = context.actor;
  return {
    recordedAt: clock.now().toISOString(),
    actor: { userId, projectId, roles },
    requestId: context.requestId,
    correlationId: context.correlationId ?? context.requestId ?? randomUUIDv7(),
    causationId: context.causationId ?? null,
  };
};

const tooManyConflicts = (stream: string, cause: WrongExpectedRevision): ConcurrentChange =>
  new ConcurrentChange(
    `Stream ${stream} changed ${MAX_ATTEMPTS} times while a command was decided`,
    { stream },
    { cause },
  );
