/**
 * NestJS token of the AbortSignal that aborts when the process has been asked to stop. For a while it goes on answering, but
 * should get no new requests.
 */
export const LEAVING = Symbol('Leaving');
