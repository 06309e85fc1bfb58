import { createHash } from 'node:crypto';

const INTERFACES = ['public', 'internal', 'admin'] as const;

type EndpointDocument = Readonly<{
  id: string;
  interface: string;
  region: string;
  region_id: string;
  url: string;
}>;
export type ServiceDocument = Readonly<{
  id: string;
  type: string;
  name: string;
  endpoints: readonly EndpointDocument[];
}>;

/** The services that a token's bearer is pointed to: this one, in its two parts. */
export function serviceCatalog(baseUrl: string, region: string): readonly ServiceDocument[] {
  return [
    service('image', 'glance', baseUrl, region),
    service('identity', 'keystone', `${baseUrl}/identity/v3`, region),
  ];
}

function service(type: string, name: string, url: string, region: string): ServiceDocument {
  const endpoints = INTERFACES.map((each) => ({
    id: stableId(type, each, region),
    interface: each,
    region,
    region_id: region,
    url,
  }));
  return { id: stableId(type), type, name, endpoints };
}

/** Ids that are the same in every process and after every start. */
const stableId = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
