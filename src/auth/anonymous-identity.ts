import type { IncomingHttpHeaders } from 'node:http';
import { NOBODY } from './caller.js';
import type { Caller } from './caller.js';
import type { Identity } from './identity.js';

/** Lets everybody in whom another identity adapter does not know, as nobody. */
export class AnonymousIdentity implements Identity {
  constructor(private readonly known: Identity) {}

  get challenge(): string {
    return this.known.challenge;
  }

  async authenticate(headers: IncomingHttpHeaders): Promise<Caller> {
    return (await this.known.authenticate(headers)) ?? NOBODY;
  }
}
