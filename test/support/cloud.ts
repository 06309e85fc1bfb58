import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Service } from './service.js';

type Auth = Readonly<
  Record<'auth_url' | 'username' | 'password' | 'project_name' | 'user_domain_name' | 'project_domain_name', string>
>;

/** Path of the clouds.yaml that a service with the built-in identity has written. */
export const cloudsFileOf = (service: Service): string => join(service.dataDir, 'clouds.yaml');

/** The OS_* variables by which clients without clouds.yaml log in as one of its clouds. */
export async function loginVariables(service: Service, cloud: string): Promise<Record<string, string>> {
  const document = parse(await readFile(cloudsFileOf(service), 'utf8')) as { clouds: Record<string, { auth: Auth }> };
  const auth = document.clouds[cloud]?.auth;
  if (auth === undefined) throw new Error(`clouds.yaml has no cloud "${cloud}"`);
  return Object.fromEntries([
    ['OS_IDENTITY_API_VERSION', '3'],
    ...Object.entries(auth).map(([name, value]) => [`OS_${name.toUpperCase()}`, value]),
  ]) as Record<string, string>;
}
