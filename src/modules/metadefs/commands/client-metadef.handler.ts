import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type {
  MetadefAssociation,
  MetadefNamespace,
  NamespaceContent,
  NamespaceHeader,
} from '../../../events/contracts/metadef-content.js';
import type { CommandContext } from '../../../events/handle-command.js';
import type { Untimed } from '../../../kernel/untimed.js';
import { METADEF_READ_MODEL } from '../../../projections/metadefs/metadef.read-model.js';
import type { MetadefReadModel } from '../../../projections/metadefs/metadef.read-model.js';
import { namespaceExists, namespaceNotFound } from '../domain/namespace-guards.js';
import type { AddTags, ItemCommand } from '../domain/metadef.commands.js';
import { NamespaceAuthorization } from './namespace-authorization.js';
import { NamespaceCommandHandler } from './namespace-command.handler.js';
import { ResourceTypeHandler } from './resource-type.handler.js';

/** Who sends a command through the API, in which request. */
export type ClientRequest = Readonly<{ caller: Caller; requestId: string }>;

/** Runs clients' commands on metadata definitions: what the policy allows, on the namespace that is decided on. */
@Injectable()
export class ClientMetadefHandler {
  constructor(
    private readonly namespaces: NamespaceCommandHandler,
    private readonly types: ResourceTypeHandler,
    private readonly authorization: NamespaceAuthorization,
    @Inject(METADEF_READ_MODEL) private readonly readModel: MetadefReadModel,
  ) {}

  /** @throws MetadefExists, MetadefInvalid, ActionForbidden */
  async create(header: NamespaceHeader, content: NamespaceContent, request: ClientRequest): Promise<MetadefNamespace> {
    await this.authorization.requireCreate(request.caller, content);
    const taken = await this.readModel.find(header.name); // before the types of a vain attempt become known
    if (taken !== null) throw namespaceExists(taken.name);
    const context = contextOf(request);
    const associations: MetadefAssociation[] = [];
    for (const association of content.associations) {
      const resourceType = await this.types.register(association.resourceType, false, context);
      associations.push({ ...association, resourceType });
    }
    const definition = { header, content: { ...content, associations } };
    const command = { type: 'CreateNamespace', namespace: header.name, ...definition } as const;
    return existing(await this.namespaces.handle(command, context), header.name);
  }

  /** @throws MetadefNotFound, MetadefExists for a new name that is taken, MetadefInvalid, ActionForbidden */
  update(name: string, header: NamespaceHeader, request: ClientRequest): Promise<MetadefNamespace> {
    const authorize = this.authorization.check(request.caller, 'UpdateNamespace', name);
    return this.namespaces.update({ namespace: name, header }, contextOf(request), authorize);
  }

  /** @throws MetadefNotFound, MetadefProtected, ActionForbidden */
  async delete(name: string, request: ClientRequest): Promise<void> {
    const authorize = this.authorization.check(request.caller, 'DeleteNamespace', name);
    const command = { type: 'DeleteNamespace', namespace: name, evenProtected: false } as const;
    await this.namespaces.handle(command, contextOf(request), authorize);
  }

  /** @throws MetadefNotFound, MetadefExists, ActionForbidden */
  async associate(name: string, association: MetadefAssociation, request: ClientRequest): Promise<MetadefNamespace> {
    const authorize = this.authorization.check(request.caller, 'AssociateResourceType', name);
    await authorize(await this.readModel.find(name)); // before the type becomes known
    const resourceType = await this.types.register(association.resourceType, false, contextOf(request));
    return this.change(
      { type: 'AssociateResourceType', namespace: name, association: { ...association, resourceType } },
      request,
    );
  }

  /** @param rule `add_metadef_tag` for one that is named in the path, `add_metadef_tags` for those of a body */
  async addTags(
    rule: 'add_metadef_tag' | 'add_metadef_tags',
    command: Omit<Untimed<AddTags>, 'type'>,
    request: ClientRequest,
  ): Promise<MetadefNamespace> {
    const authorize = this.authorization.checkRules(request.caller, [rule], command.namespace);
    const handled = await this.namespaces.handle({ ...command, type: 'AddTags' }, contextOf(request), authorize);
    return existing(handled, command.namespace);
  }

  /**
   * Adds, replaces or removes something in a namespace.
   * @returns the namespace behind the change
   * @throws the refusals of the namespace's decider, ActionForbidden
   */
  async change(command: Untimed<Exclude<ItemCommand, AddTags>>, request: ClientRequest): Promise<MetadefNamespace> {
    const authorize = this.authorization.check(request.caller, command.type, command.namespace);
    return existing(await this.namespaces.handle(command, contextOf(request), authorize), command.namespace);
  }
}

const contextOf = ({ caller, requestId }: ClientRequest): CommandContext => ({ actor: caller, requestId });

const existing = (namespace: MetadefNamespace | null, name: string): MetadefNamespace => {
  if (namespace === null) throw namespaceNotFound(name);
  return namespace;
};
