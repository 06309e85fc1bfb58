/** A process of a cluster that can be ended and started again, in whatever way it stands. */
export interface ClusterProcess {
  readonly name: string;
  /** All that it has printed. */
  readonly log: string;
  /** Resolves when it is at work. */
  start(): Promise<void>;
  /** As the machine does that loses its power. */
  kill(): Promise<void>;
  /** As an operator does. @returns the exit code; null where there is none */
  stop(): Promise<number | null>;
  /** It stands still, and will not know that it has. Undefined where that cannot be done. */
  freeze?(): void;
  thaw?(): void;
  /** It breaks its connections off and goes on. Undefined where that cannot be done. */
  cut?(): Promise<void>;
}
