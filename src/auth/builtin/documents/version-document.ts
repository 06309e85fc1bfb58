import type { JsonObject } from '../../../kernel/json.js';

/** What the identity service offers: one version. */
export const versionsDocument = (baseUrl: string): JsonObject => ({ versions: { values: [version(baseUrl)] } });

/** The document of that version. */
export const versionDocument = (baseUrl: string): JsonObject => ({ version: version(baseUrl) });

function version(baseUrl: string): JsonObject {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${baseUrl}/identity/v3/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}
