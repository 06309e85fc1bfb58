/** A command before it has its time. */
export type Untimed<Command> = Command extends unknown ? Omit<Command, 'now'> : never;
