import { IdentityUnavailable } from '../../auth/auth.errors.js';
import type { KeystoneAnswer, KeystoneHttp } from '../../auth/keystone/keystone-http.js';
import type { ServiceLogin } from '../../auth/keystone/service-login.js';
import { LimitsUnusable } from '../limits.errors.js';

/** Reads documents of a Keystone as the service user. */
export class KeystoneQueries {
  constructor(
    private readonly keystone: KeystoneHttp,
    private readonly login: ServiceLogin,
  ) {}

  /** @throws IdentityUnavailable, LimitsUnusable when Keystone refuses to answer */
  async get(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<unknown> {
    const query = new URLSearchParams(parameters).toString();
    const target = query === '' ? path : `${path}?${query}`;
    const token = await this.login.token();
    let answer = await this.request(target, token);
    if (answer.status === 401) answer = await this.request(target, await this.login.renew(token));
    if (answer.status === 200) return parsed(answer);
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
      throw new LimitsUnusable(`Keystone answers GET ${path} with ${answer.status}`, { path, status: answer.status });
    throw new IdentityUnavailable(`Keystone answers GET ${path} with ${answer.status}`);
  }

  private request(path: string, token: string): Promise<KeystoneAnswer> {
    return this.keystone.send({ method: 'GET', path, headers: { 'x-auth-token': token } });
  }
}

function parsed({ text }: KeystoneAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new IdentityUnavailable('Keystone does not answer in JSON', {}, { cause: error });
  }
}
