import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { KeyManagerUnavailable, SecretNotFound } from '../key-manager.errors.js';
import type { BarbicanAnswer, BarbicanHttp } from './barbican-http.js';

/** Gives the address of Barbican's API as it stands in the caller's catalogue, without a version. */
export type EndpointFinder = (token: string) => Promise<string>;

/** Logs in as this service, for work whose user's token is not known. */
export type ServiceToken = () => Promise<string>;

const secretInfo = Compile(Type.Object({ content_types: Type.Record(Type.String(), Type.String()) }));

/** Secrets of a Barbican, over its REST API. */
export class BarbicanSecrets {
  constructor(
    private readonly http: BarbicanHttp,
    private readonly findEndpoint: EndpointFinder,
    private readonly apiVersion: string,
    private readonly serviceToken: ServiceToken | null,
  ) {}

  /** @throws SecretNotFound, KeyManagerUnavailable */
  async payload(id: string, token: string | null): Promise<Uint8Array> {
    const info = await this.ask('GET', id, '', token, 'application/json');
    const contentType = parsed(info.body)['default'];
    if (contentType === undefined) throw new SecretNotFound(`Certificate not found with ID: ${id}`, { id });
    return (await this.ask('GET', id, '/payload', token, contentType)).body;
  }

  /** @throws SecretNotFound, KeyManagerUnavailable */
  async delete(id: string, token: string | null): Promise<void> {
    await this.ask('DELETE', id, '', token, 'application/json');
  }

  private async ask(
    method: 'GET' | 'DELETE',
    id: string,
    below: string,
    userToken: string | null,
    accept: string,
  ): Promise<BarbicanAnswer> {
    const token = userToken ?? (await this.serviceToken?.());
    if (token === undefined) throw new SecretNotFound(`Secret ${id} cannot be asked for without a token`, { id });
    const base = (await this.findEndpoint(token)).replace(/\/+$/, '');
    const version = base.endsWith(`/${this.apiVersion}`) ? base : `${base}/${this.apiVersion}`;
    const answer = await this.http.send(method, `${version}/secrets/${id}${below}`, { 'x-auth-token': token, accept });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(id, answer.status);
  }
}

/** A secret that the caller may not see is none. */
function refusal(id: string, status: number): SecretNotFound | KeyManagerUnavailable {
  if (status === 404) return new SecretNotFound(`Certificate not found with ID: ${id}`, { id });
  if (status >= 400 && status < 500 && status !== 429)
    return new SecretNotFound(`Unable to retrieve certificate with ID: ${id}`, { id, status });
  return new KeyManagerUnavailable(`The key manager answers with ${status}`, { status });
}

function parsed(body: Uint8Array): Readonly<Record<string, string>> {
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(body));
    return secretInfo.Check(content) ? content.content_types : {};
  } catch (cause) {
    throw new KeyManagerUnavailable('The key manager does not answer in JSON', {}, { cause });
  }
}
