import type { ApiVersion } from '../../../http/api-versions.js';

export type VersionDocument = Readonly<{
  versions: readonly Readonly<{
    id: string;
    status: 'CURRENT' | 'SUPPORTED';
    links: readonly Readonly<{ rel: 'self'; href: string }>[];
  }>[];
}>;

/** All versions live under the same URL: a minor version selects nothing, it only says what to expect. */
export function versionDocument(versions: readonly ApiVersion[], baseUrl: string): VersionDocument {
  const links = [{ rel: 'self', href: `${baseUrl}/v2/` }] as const;
  return { versions: versions.map(({ id, current }) => ({ id, status: current ? 'CURRENT' : 'SUPPORTED', links })) };
}
