import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { IdentityUnavailable } from '../../auth/auth.errors.js';
import { LimitsUnusable } from '../limits.errors.js';
import type { KeystoneQueries } from './keystone-queries.js';

/** Which endpoint of the catalogue is this service: by its id, else by its service, region and interface. */
export type EndpointWanted = Readonly<{
  id: string | null;
  serviceType: string;
  serviceName: string | null;
  region: string | null;
  interface: string;
}>;

/** What limits are registered for. */
type Service = Readonly<{ serviceId: string; regionId: string | null }>;

const endpointType = Type.Object({
  service_id: Type.String(),
  region_id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
const oneEndpoint = Compile(Type.Object({ endpoint: endpointType }));
const endpoints = Compile(Type.Object({ endpoints: Type.Array(endpointType) }));
const services = Compile(Type.Object({ services: Type.Array(Type.Object({ id: Type.String() })) }));

/** Finds out once under which service and region the limits of this service stand. */
export class LimitedService {
  private found: Promise<Service> | null = null;

  constructor(
    private readonly queries: KeystoneQueries,
    private readonly wanted: EndpointWanted,
  ) {}

  /** @throws IdentityUnavailable, LimitsUnusable when the catalogue does not have it */
  find(): Promise<Service> {
    if (this.found === null) {
      const search = this.search();
      this.found = search;
      search.catch(() => (this.found = null));
    }
    return this.found;
  }

  private async search(): Promise<Service> {
    const { id } = this.wanted;
    if (id === null) return this.byService();
    const content = await this.queries.get(`/endpoints/${encodeURIComponent(id)}`);
    if (!oneEndpoint.Check(content)) throw unknownForm();
    return serviceOf(content.endpoint);
  }

  private async byService(): Promise<Service> {
    const { serviceType, serviceName, region, interface: kind } = this.wanted;
    const name = serviceName === null ? {} : { name: serviceName };
    const found = await this.queries.get('/services', { type: serviceType, ...name });
    if (!services.Check(found)) throw unknownForm();
    for (const { id } of found.services) {
      const where = { service_id: id, interface: kind, ...(region !== null && { region_id: region }) };
      const content = await this.queries.get('/endpoints', where);
      if (!endpoints.Check(content)) throw unknownForm();
      const [endpoint] = content.endpoints;
      if (endpoint !== undefined) return serviceOf(endpoint);
    }
    throw new LimitsUnusable('The catalogue of Keystone has no endpoint as [oslo_limit] describes it', this.wanted);
  }
}

const serviceOf = ({ service_id, region_id }: Type.Static<typeof endpointType>): Service => ({
  serviceId: service_id,
  regionId: region_id ?? null,
});

const unknownForm = (): IdentityUnavailable =>
  new IdentityUnavailable('Keystone lists its catalogue in an unknown way');
