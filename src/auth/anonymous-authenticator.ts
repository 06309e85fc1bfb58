import type { IncomingHttpHeaders } from 'node:http';
import type { Authenticator } from './authenticator.js';
import { NOBODY } from './caller.js';
import type { Caller } from './caller.js';

/** Lets everybody in whom another authenticator does not know, as nobody, whatever the rules say of administrators. */
export class AnonymousAuthenticator implements Authenticator {
  constructor(private readonly known: Authenticator) {}

  get challenge(): string {
    return this.known.challenge;
  }

  async authenticate(headers: IncomingHttpHeaders): Promise<Caller> {
    return (await this.known.authenticate(headers)) ?? NOBODY;
  }
}
