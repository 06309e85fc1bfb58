/** Told what a projector does. */
export interface ProjectorObserver {
  /** Of several projectors this one follows the log now, or does so no longer. */
  atWork(isAtWork: boolean): void;
  /** The read models have an event that was new to this process. */
  followed(): void;
  /** It cannot go on, and tries again. Told once for each reason. */
  stopped(error: unknown): void;
  /** It goes on, or another projector does. */
  resumed(): void;
}

/** NestJS token. */
export const PROJECTOR_OBSERVER = Symbol('ProjectorObserver');
