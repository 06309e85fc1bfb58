import type { MetadefAssociation } from '../../../events/contracts/metadef-content.js';
import type { CommandContext } from '../../../events/handle-command.js';
import type { MetadefReadModel, NamespaceListQuery } from '../../../projections/metadefs/metadef.read-model.js';
import { MetadefNotFound } from '../domain/metadef.errors.js';
import type { NamespaceDefinition } from '../domain/namespace-file.js';
import type { NamespaceCommandHandler } from './namespace-command.handler.js';
import type { ResourceTypeHandler } from './resource-type.handler.js';

/** What happens to namespaces that are there already. */
export type LoadMode = 'skip' | 'merge' | 'prefer_new' | 'overwrite';

/** What was done with one definition. */
export type LoadOutcome = 'created' | 'skipped' | 'merged' | 'overwritten';

/** Nobody asked for it over the API. */
const CONTEXT: CommandContext = {
  actor: { userId: 'system/metadefs', projectId: null, roles: [] },
  requestId: null,
};

const EVERYTHING: NamespaceListQuery = {
  viewer: { projectId: null, isAdmin: true },
  visibility: null,
  resourceTypes: null,
  sort: { key: 'namespace', direction: 'asc' },
  after: null,
  limit: Number.MAX_SAFE_INTEGER,
};

/** Brings definitions from files into the service, and takes them out again, for operators: no policy is asked. */
export class NamespaceLoader {
  constructor(
    private readonly namespaces: NamespaceCommandHandler,
    private readonly types: ResourceTypeHandler,
    private readonly readModel: MetadefReadModel,
  ) {}

  /**
   * Loading the same again changes nothing.
   * @throws MetadefInvalid, MetadefExists when two things in the definition have the same name
   */
  async load({ header, content }: NamespaceDefinition, mode: LoadMode): Promise<LoadOutcome> {
    const namespace = header.name;
    const present = await this.readModel.find(namespace);
    if (present !== null && mode === 'skip') return 'skipped';
    const associations: MetadefAssociation[] = [];
    for (const association of content.associations) {
      const resourceType = await this.types.register(association.resourceType, true, CONTEXT);
      associations.push({ ...association, resourceType });
    }
    const definition = { namespace, header, content: { ...content, associations } };
    if (present === null) {
      await this.namespaces.handle({ ...definition, type: 'CreateNamespace' }, CONTEXT);
      return 'created';
    }
    if (mode === 'overwrite') {
      await this.namespaces.handle({ ...definition, type: 'OverwriteNamespace' }, CONTEXT);
      return 'overwritten';
    }
    const preferNew = mode === 'prefer_new';
    await this.namespaces.handle({ ...definition, type: 'MergeNamespace', preferNew }, CONTEXT);
    return 'merged';
  }

  /** Removes all namespaces, protected or not, and all types of resources. @returns how many namespaces there were */
  async unload(): Promise<number> {
    const namespaces = await this.readModel.list(EVERYTHING);
    for (const { name } of namespaces) await this.delete(name);
    for (const { name } of await this.readModel.resourceTypes()) await this.types.remove(name, CONTEXT);
    return namespaces.length;
  }

  /** Names of all namespaces, in their order. */
  async names(): Promise<readonly string[]> {
    return (await this.readModel.list(EVERYTHING)).map(({ name }) => name);
  }

  private async delete(namespace: string): Promise<void> {
    try {
      await this.namespaces.handle({ type: 'DeleteNamespace', namespace, evenProtected: true }, CONTEXT);
    } catch (error) {
      if (!(error instanceof MetadefNotFound)) throw error; // somebody else was faster
    }
  }
}
