import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { KeystoneHttp } from '../../auth/keystone/keystone-http.js';
import { KeyManagerUnavailable } from '../key-manager.errors.js';
import type { EndpointFinder } from './barbican-secrets.js';

const SERVICE_TYPE = 'key-manager';

const catalog = Compile(
  Type.Object({
    catalog: Type.Array(
      Type.Object({
        type: Type.String(),
        endpoints: Type.Array(
          Type.Object({
            interface: Type.String(),
            url: Type.String(),
            region_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
          }),
        ),
      }),
    ),
  }),
);

/** Looks the key manager up in the catalogue that Keystone shows the caller. */
export const catalogEndpoint =
  (keystone: KeystoneHttp, wanted: Readonly<{ interface: string; region: string | null }>): EndpointFinder =>
  async (token) => {
    const headers = { 'x-auth-token': token };
    const { status, text } = await keystone.send({ method: 'GET', path: '/auth/catalog', headers });
    const content = status === 200 ? parsed(text) : null;
    if (!catalog.Check(content)) throw new KeyManagerUnavailable('The catalogue cannot be read', { status });
    const endpoint = content.catalog
      .filter(({ type }) => type === SERVICE_TYPE)
      .flatMap(({ endpoints }) => endpoints)
      .find(
        ({ interface: kind, region_id }) =>
          kind === wanted.interface && (wanted.region === null || region_id === wanted.region),
      );
    if (endpoint === undefined) throw new KeyManagerUnavailable('The catalogue names no key manager');
    return endpoint.url;
  };

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
