/**
 * The pure core of a bounded context: what may happen, and what has happened.
 *
 * `decide` turns a command into events or throws a DomainError; `evolve` folds an event into the state and never refuses.
 * Neither reads a clock, a random source or a configuration: ids and times come in with the command.
 */
export type Decider<State, Command, Event> = {
  readonly initialState: State;
  readonly decide: (command: Command, state: State) => readonly Event[];
  readonly evolve: (state: State, event: Event) => State;
  /** Whether a command is meant for a stream that does not exist yet, so that there is most likely nothing to load. */
  readonly startsStream?: (command: Command) => boolean;
};
