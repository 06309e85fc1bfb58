import type { ApplicationCredential } from '../../config/app-config.js';
import { IdentityUnavailable } from '../auth.errors.js';
import type { KeystoneHttp } from './keystone-http.js';

type Domain = Readonly<{ id: string } | { name: string }>;

/** Who logs in, and for what: in the words of Keystone's API. */
export type ServiceCredentials = Readonly<{
  user: Readonly<{ id: string } | { name: string; domain: Domain }>;
  password: string;
  /** Takes the place of the password; its scope is its own. */
  applicationCredential?: ApplicationCredential;
  scope: Readonly<
    | { project: Readonly<{ id: string } | { name: string; domain: Domain }> }
    | { domain: Domain }
    | { system: Readonly<{ all: true }> }
  >;
}>;

/** Keeps the token with which this service asks Keystone about others' tokens. */
export class ServiceLogin {
  private current: Promise<string> | null = null;

  constructor(
    private readonly keystone: KeystoneHttp,
    private readonly credentials: ServiceCredentials,
  ) {}

  /** @throws IdentityUnavailable */
  token(): Promise<string> {
    if (this.current === null) {
      const login = this.logIn();
      this.current = login;
      login.catch(() => this.forget(login));
    }
    return this.current;
  }

  /** A new token in place of one that Keystone takes no more; several that notice at once share it. */
  async renew(refused: string): Promise<string> {
    const login = this.current;
    if (login !== null && (await login) === refused) this.forget(login);
    return this.token();
  }

  private forget(login: Promise<string>): void {
    if (this.current === login) this.current = null;
  }

  private async logIn(): Promise<string> {
    const answer = await this.keystone.send({
      method: 'POST',
      path: '/auth/tokens?nocatalog',
      headers: {},
      body: this.request(),
    });
    const token = answer.headers['x-subject-token'];
    if (answer.status === 201 && typeof token === 'string') return token;
    const reason = answer.status === 401 ? 'refuses the service credentials' : `answers a login with ${answer.status}`;
    throw new IdentityUnavailable(`Keystone ${reason}`);
  }

  private request(): object {
    const { user, password, scope, applicationCredential } = this.credentials;
    if (applicationCredential !== undefined) {
      // The name of one is unique for its user only.
      const credential = { ...applicationCredential, ...('name' in applicationCredential && { user }) };
      return { auth: { identity: { methods: ['application_credential'], application_credential: credential } } };
    }
    return { auth: { identity: { methods: ['password'], password: { user: { ...user, password } } }, scope } };
  }
}
