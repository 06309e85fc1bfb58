import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Service, ServiceEnvironment } from './service.js';

type Auth = Readonly<
  Record<'auth_url' | 'username' | 'password' | 'project_name' | 'user_domain_name' | 'project_domain_name', string>
>;

/** Of a service with the built-in identity. */
type DataFolder = Pick<Service, 'dataDir'>;

/** Path of the clouds.yaml that a service with the built-in identity has written. */
export const cloudsFileOf = (service: DataFolder): string => join(service.dataDir, 'clouds.yaml');

/** How one logs in as a cloud of the clouds.yaml. */
export async function cloudAuth(service: DataFolder, cloud: string): Promise<Auth> {
  const document = parse(await readFile(cloudsFileOf(service), 'utf8')) as { clouds: Record<string, { auth: Auth }> };
  const auth = document.clouds[cloud]?.auth;
  if (auth === undefined) throw new Error(`clouds.yaml has no cloud "${cloud}"`);
  return auth;
}

/** A token of a service with the built-in identity. */
export async function cloudToken(service: DataFolder, cloud: string): Promise<string> {
  const { auth_url, username, password, project_name, ...domains } = await cloudAuth(service, cloud);
  const user = { name: username, password, domain: { name: domains.user_domain_name } };
  const project = { name: project_name, domain: { name: domains.project_domain_name } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project } };
  const response = await fetch(`${auth_url.replace(/\/v3$/, '')}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  const token = response.headers.get('x-subject-token');
  if (token === null) throw new Error(`login answered ${response.status}: ${await response.text()}`);
  return token;
}

/** Options of a service whose Keystone is another service with the built-in identity. */
export async function keystoneOptions(keystone: Service): Promise<ServiceEnvironment> {
  const { auth_url, username, password, project_name } = await cloudAuth(keystone, 'hindsight');
  return {
    OS_HINDSIGHT__IDENTITY: 'keystone',
    OS_KEYSTONE_AUTHTOKEN__AUTH_URL: auth_url,
    OS_KEYSTONE_AUTHTOKEN__USERNAME: username,
    OS_KEYSTONE_AUTHTOKEN__PASSWORD: password,
    OS_KEYSTONE_AUTHTOKEN__PROJECT_NAME: project_name,
  };
}

/** The OS_* variables by which clients without clouds.yaml log in as one of its clouds. */
export async function loginVariables(service: Service, cloud: string): Promise<Record<string, string>> {
  const auth = await cloudAuth(service, cloud);
  return Object.fromEntries([
    ['OS_IDENTITY_API_VERSION', '3'],
    ...Object.entries(auth).map(([name, value]) => [`OS_${name.toUpperCase()}`, value]),
  ]) as Record<string, string>;
}
