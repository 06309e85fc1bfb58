/**
 * NestJS token of the AbortSignal that aborts when everything is closed that an application was made of. An application that
 * could not start calls no hooks: what would keep its process alive has to end by this.
 */
export const CLOSED = Symbol('Closed');
