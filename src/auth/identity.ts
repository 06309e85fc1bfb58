import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from './caller.js';

/** Finds out who sends a request. */
export interface Identity {
  /**
   * @returns null when the request carries no valid credentials
   * @throws IdentityUnavailable when that cannot be found out now
   */
  authenticate(headers: IncomingHttpHeaders): Promise<Credentials | null>;

  /** Value of `WWW-Authenticate` for those who are not known. */
  readonly challenge: string;
}
