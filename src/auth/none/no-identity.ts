import type { Authenticator } from '../authenticator.js';
import type { Caller } from '../caller.js';

/** For the log of whoever starts this adapter. */
export const NO_IDENTITY_WARNING =
  'Identity "none": whoever reaches this service is an administrator and may read, change and delete everything.';

const EVERYBODY: Caller = {
  userId: null,
  projectId: null,
  roles: ['admin'],
  serviceRoles: [],
  systemScope: null,
  isAdmin: true,
};

/** Asks nobody who they are: all are administrators, whatever the rules say of them. Source: ADR 0026. */
export class NoIdentity implements Authenticator {
  readonly challenge = 'Keystone';

  authenticate(): Promise<Caller> {
    return Promise.resolve(EVERYBODY);
  }
}
