import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { MetadefPolicy } from '../../../auth/metadef-policy.js';
import type { RuleName } from '../../../auth/policy-rules.js';

import { METADEF_READ_MODEL } from '../../../projections/metadefs/metadef.read-model.js';
import type {
  MetadefReadModel,
  MetadefResourceType,
  NamespaceDetails,
  NamespaceListQuery,
  NamespaceSummary,
} from '../../../projections/metadefs/metadef.read-model.js';
import { namespaceNotFound } from '../domain/namespace-guards.js';

/** What a client asks of a list; the marker is a namespace's name. */
export type ListNamespaces = Omit<NamespaceListQuery, 'viewer' | 'after'> & Readonly<{ marker: string | null }>;

/** `full` says that there may be more. */
export type NamespacePage = Readonly<{ namespaces: readonly NamespaceSummary[]; full: boolean }>;

/** Metadata definitions as one caller may see them. */
@Injectable()
export class MetadefQueries {
  constructor(
    @Inject(METADEF_READ_MODEL) private readonly readModel: MetadefReadModel,
    private readonly policy: MetadefPolicy,
  ) {}

  /**
   * A namespace with all that is in it, if the caller may do all that the rules are about.
   * @throws MetadefNotFound, ActionForbidden, HttpProblem 404 when the rules hide it
   */
  async find(name: string, caller: Caller, ...rules: readonly RuleName[]): Promise<NamespaceDetails> {
    const namespace = await this.readModel.find(name);
    if (namespace === null) throw namespaceNotFound(name);
    for (const rule of rules) await this.policy.require(rule, caller, namespace, () => namespaceNotFound(name));
    return namespace;
  }

  /** @throws MetadefNotFound when the marker names nothing that the caller sees; what `find` throws */
  async list({ marker, ...query }: ListNamespaces, caller: Caller): Promise<NamespacePage> {
    await this.policy.requireGeneral('get_metadef_namespaces', caller);
    await this.policy.requireGeneral('list_metadef_resource_types', caller);
    const after = marker === null ? null : await this.find(marker, caller, 'get_metadef_namespace');
    const { projectId, isAdmin } = caller;
    const found = await this.readModel.list({ ...query, after, viewer: { projectId, isAdmin } });
    const namespaces = await this.policy.readable(caller, found);
    return { namespaces, full: query.limit > 0 && namespaces.length === query.limit };
  }

  async resourceTypes(caller: Caller): Promise<readonly MetadefResourceType[]> {
    await this.policy.requireGeneral('list_metadef_resource_types', caller);
    return this.readModel.resourceTypes();
  }
}
