import type { KeystoneHttp } from '../../auth/keystone/keystone-http.js';
import type { ServiceLogin } from '../../auth/keystone/service-login.js';
import { BoundedCache } from '../../auth/bounded-cache.js';
import type { Clock } from '../../kernel/clock.js';
import type { LimitName } from '../limit-name.js';
import type { ProjectLimits } from '../project-limits.js';
import { parseProjectLimits, parseRegisteredLimits } from './limit-documents.js';
import type { LimitValues } from './limit-documents.js';
import { KeystoneQueries } from './keystone-queries.js';
import { LimitedService } from './limited-service.js';
import type { EndpointWanted } from './limited-service.js';

const CACHED_PROJECTS = 10_000;
const NOBODYS = '';

type Limits = Readonly<Record<LimitName, number>>;

/**
 * Reads limits from a Keystone: a project's own, else what is registered for everybody, else 0. What it has answered is
 * believed for a short while.
 */
export class KeystoneLimits implements ProjectLimits {
  private readonly queries: KeystoneQueries;
  private readonly service: LimitedService;
  private readonly known = new BoundedCache<LimitValues>(CACHED_PROJECTS);
  private readonly asking = new Map<string, Promise<LimitValues>>();

  constructor(
    keystone: KeystoneHttp,
    login: ServiceLogin,
    endpoint: EndpointWanted,
    private readonly clock: Clock,
    private readonly cacheS: number,
  ) {
    this.queries = new KeystoneQueries(keystone, login);
    this.service = new LimitedService(this.queries, endpoint);
  }

  async limitsOf(projectId: string): Promise<Limits> {
    const [own, registered] = await Promise.all([this.find(projectId), this.find(NOBODYS)]);
    const limitOf = (name: LimitName): number => own.get(name) ?? registered.get(name) ?? 0;
    return {
      image_size_total: limitOf('image_size_total'),
      image_stage_total: limitOf('image_stage_total'),
      image_count_total: limitOf('image_count_total'),
      image_count_uploading: limitOf('image_count_uploading'),
    };
  }

  /** @param projectId NOBODYS: what is registered for everybody */
  private find(projectId: string): Promise<LimitValues> {
    const known = this.known.get(projectId, this.clock.now().getTime());
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.asking.get(projectId) ?? this.askAndRemember(projectId);
    this.asking.set(projectId, pending);
    return pending;
  }

  private async askAndRemember(projectId: string): Promise<LimitValues> {
    try {
      const values = await this.ask(projectId);
      this.known.set(projectId, values, this.clock.now().getTime() + this.cacheS * 1000);
      return values;
    } finally {
      this.asking.delete(projectId);
    }
  }

  private async ask(projectId: string): Promise<LimitValues> {
    const { serviceId, regionId } = await this.service.find();
    const of = { service_id: serviceId, ...(regionId !== null && { region_id: regionId }) };
    return projectId === NOBODYS
      ? parseRegisteredLimits(await this.queries.get('/registered_limits', of))
      : parseProjectLimits(await this.queries.get('/limits', { ...of, project_id: projectId }), projectId);
  }
}
