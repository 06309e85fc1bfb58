import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { KeystoneHttp } from '../../../../src/auth/keystone/keystone-http.js';
import { credentialsOf } from '../../../../src/auth/keystone/keystone-identity.js';
import { ServiceLogin } from '../../../../src/auth/keystone/service-login.js';
import { loadConfig } from '../../../../src/config/load-config.js';

describe('The login of the service at a Keystone', () => {
  let server: Server;
  let asked: unknown;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void json(request).then((body) => {
        asked = body;
        response.writeHead(201, { 'x-subject-token': 'token' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const logInWith = async (options: Readonly<Record<string, string>>): Promise<unknown> => {
    const authUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const own = { AUTH_URL: authUrl, ...options };
    const environment = {
      OS_HINDSIGHT__IDENTITY: 'keystone',
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`OS_KEYSTONE_AUTHTOKEN__${name}`, value])),
    };
    const { identity } = loadConfig({ files: [], directories: [], environment, commandLine: {} }).config;
    if (identity.kind !== 'keystone') throw new Error(identity.kind);
    expect(await new ServiceLogin(await KeystoneHttp.to(identity), credentialsOf(identity)).token()).toBe('token');
    return asked;
  };

  it('is by name and password, for a project', async () => {
    expect(await logInWith({ USERNAME: 'glance', PASSWORD: 'x' })).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'glance', domain: { name: 'Default' }, password: 'x' } },
        },
        scope: { project: { name: 'service', domain: { name: 'Default' } } },
      },
    });
  });

  it('is by an application credential, which knows its project', async () => {
    const credential = { APPLICATION_CREDENTIAL_ID: 'c1', APPLICATION_CREDENTIAL_SECRET: 's' };
    expect(await logInWith({ AUTH_TYPE: 'v3applicationcredential', ...credential })).toEqual({
      auth: { identity: { methods: ['application_credential'], application_credential: { id: 'c1', secret: 's' } } },
    });
  });

  it('is by the name of an application credential of a user', async () => {
    const credential = { APPLICATION_CREDENTIAL_NAME: 'mine', APPLICATION_CREDENTIAL_SECRET: 's' };
    const user = { USERNAME: 'glance', USER_DOMAIN_ID: 'default' };
    expect(await logInWith({ AUTH_TYPE: 'v3applicationcredential', ...credential, ...user })).toEqual({
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: { name: 'mine', secret: 's', user: { name: 'glance', domain: { id: 'default' } } },
        },
      },
    });
  });
});
