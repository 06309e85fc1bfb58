import { metadefNamespaceEvents, metadefResourceTypeEvents } from '../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import { CommandHandling } from '../../../src/events/handle-command.js';
import { NamespaceCommandHandler } from '../../../src/modules/metadefs/commands/namespace-command.handler.js';
import { ResourceTypeHandler } from '../../../src/modules/metadefs/commands/resource-type.handler.js';
import type { ImageHouse } from './image-house.js';

const context = { actor: { userId: 'alice', projectId: 'project-1', roles: [] }, requestId: null };
const header = (name: string) =>
  ({ name, displayName: 'X', description: null, visibility: 'private', protected: false, owner: 'project-1' }) as const;

/** What a test needs of metadata definitions in a backend. */
export function metadefsIn({ backend }: ImageHouse) {
  const { eventStore, clock, projections } = backend;
  const namespaces = new NamespaceCommandHandler(
    new CommandHandling(eventStore, EventCodec.of([metadefNamespaceEvents]), clock),
    projections,
    clock,
  );
  const types = new ResourceTypeHandler(
    new CommandHandling(eventStore, EventCodec.of([metadefResourceTypeEvents]), clock),
    projections,
    clock,
  );
  return {
    register: (type: string) => types.register(type, false, context),
    create: (name: string) => {
      const association = { resourceType: 'OS::Glance::Image', prefix: null, propertiesTarget: null };
      const content = { associations: [association], objects: [], properties: [], tags: ['a'] };
      return namespaces.handle({ type: 'CreateNamespace', namespace: name, header: header(name), content }, context);
    },
    tag: (namespace: string, tag: string) =>
      namespaces.handle({ type: 'AddTags', namespace, names: [tag], replace: false }, context),
    rename: (from: string, to: string) =>
      namespaces.update({ namespace: from, header: header(to) }, context, () => Promise.resolve()),
    remove: (name: string) =>
      namespaces.handle({ type: 'DeleteNamespace', namespace: name, evenProtected: false }, context),
  };
}
