import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from './caller.js';

/** Finds out who sends a request. */
export interface Identity {
  /**
   * @returns null when the request carries no valid credentials (the edge answers 401)
   * @throws IdentityUnavailable when that cannot be found out now (503)
   */
  authenticate(headers: IncomingHttpHeaders): Promise<Caller | null>;

  /** Value of `WWW-Authenticate` on a 401. */
  readonly challenge: string;
}

/** NestJS token. */
export const IDENTITY = Symbol('Identity');
