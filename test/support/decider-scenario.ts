import type { Decider } from '../../src/kernel/decider.js';
import type { DomainError } from '../../src/kernel/domain-error.js';

type Refusal = abstract new (...args: never[]) => DomainError;

/** What a command did to the state that the given events had led to. */
type ScenarioOutcome<State, Event> = Readonly<{
  /** Exactly these events, in this order. */
  thenEvents: (...expected: readonly Event[]) => void;
  /** Accepted, with nothing to do. */
  thenNothing: () => void;
  /** The state after the command has at least these values. */
  thenState: (expected: Partial<State>) => void;
  /** Refused with an error of this class, and with this message and these details if they are given. */
  thenRejects: (refusal: Refusal, message?: string | RegExp, details?: Readonly<Record<string, unknown>>) => void;
}>;

export const fold = <State, Command, Event>(
  decider: Decider<State, Command, Event>,
  events: readonly Event[],
  from: State = decider.initialState,
): State => events.reduce((state, event) => decider.evolve(state, event), from);

/** `given(decider, ...events).when(command).thenEvents(...)`: one example of what a decider does. */
export const given = <State, Command, Event>(
  decider: Decider<State, Command, Event>,
  ...events: readonly Event[]
): Readonly<{ when: (command: Command) => ScenarioOutcome<State, Event> }> => ({
  when: (command) => {
    const state = fold(decider, events);
    const decide = (): readonly Event[] => decider.decide(command, state);
    return {
      thenEvents: (...expected) => expect(decide()).toStrictEqual(expected),
      thenNothing: () => expect(decide()).toStrictEqual([]),
      thenState: (expected) => expect(fold(decider, decide(), state)).toMatchObject(expected),
      thenRejects: (refusal, message, details) => {
        const error = refusalOf(decide);
        expect(error).toBeInstanceOf(refusal);
        if (message !== undefined) expect(error).toHaveProperty('message', expectedMessage(message));
        if (details !== undefined) expect(error).toHaveProperty('details', expect.objectContaining(details));
      },
    };
  },
});

const expectedMessage = (message: string | RegExp): unknown =>
  typeof message === 'string' ? message : expect.stringMatching(message);

const refusalOf = (decide: () => unknown): unknown => {
  let outcome: unknown;
  try {
    outcome = decide();
  } catch (error) {
    return error;
  }
  throw new Error(`The command was accepted: ${JSON.stringify(outcome)}`);
};
