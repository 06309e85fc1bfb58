import type { IncomingHttpHeaders } from 'node:http';
import { callerOf } from './administrators.js';
import type { Caller } from './caller.js';
import type { Identity } from './identity.js';
import type { Policy } from './policy.js';

/** Finds out who sends a request, and who of them is an administrator: what the edge asks. */
export interface Authenticator {
  /**
   * @returns null when the request carries no valid credentials (the edge answers 401)
   * @throws IdentityUnavailable, PolicyServerUnavailable when that cannot be found out now (503)
   */
  authenticate(headers: IncomingHttpHeaders): Promise<Caller | null>;

  /** Value of `WWW-Authenticate` on a 401. */
  readonly challenge: string;
}

/** An identity adapter knows who is calling, and the operator's policy who is an administrator. */
export class PolicyAuthenticator implements Authenticator {
  constructor(
    private readonly identity: Identity,
    private readonly policy: Policy,
  ) {}

  get challenge(): string {
    return this.identity.challenge;
  }

  async authenticate(headers: IncomingHttpHeaders): Promise<Caller | null> {
    const credentials = await this.identity.authenticate(headers);
    return credentials && callerOf(credentials, this.policy);
  }
}
