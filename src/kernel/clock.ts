/** Where the present comes from; a fixed one makes tests exact. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** NestJS token. */
export const CLOCK = Symbol('Clock');
