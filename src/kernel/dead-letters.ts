/** An event that a receiver did not get, although it was tried as often as the operator wants. */
export type DeadLetter = Readonly<{
  webhook: string;
  eventId: string;
  /** Where the event is. */
  stream: string;
  revision: number;
  type: string;
  attempts: number;
  /** What kept the last attempt from succeeding. */
  reason: string;
  /** ISO 8601 UTC. */
  diedAt: string;
}>;

/** Keeps what was not delivered until somebody has it sent again. */
export interface DeadLetters {
  /** A letter that is there already is replaced. */
  add(letter: DeadLetter): Promise<void>;
  /** Oldest first. @param webhook null: of all */
  list(webhook: string | null): Promise<readonly DeadLetter[]>;
  remove(webhook: string, eventId: string): Promise<void>;
}
