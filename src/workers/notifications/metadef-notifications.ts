import type { MetadefNamespace } from '../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../events/contracts/metadef-events.js';
import { isSameName } from '../../events/contracts/metadef-evolve.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Moment } from '../consumers/stream-folds.js';
import {
  namespacePayload,
  objectPayload,
  propertyPayload,
  resourceTypePayload,
  tagPayload,
} from './metadef-payload.js';
import { deletedAt, told } from './notification.js';
import type { Told } from './notification.js';

/** Events that change what is said of a namespace itself. */
const DESCRIBING: ReadonlySet<string> = new Set([
  'MetadefNamespaceDescribed',
  'MetadefNamespaceVisibilityChanged',
  'MetadefNamespaceProtectionChanged',
  'MetadefNamespaceOwnerChanged',
]);

type Kind = 'object' | 'property' | 'tag' | 'resource_type';

type DataOf = { [Each in MetadefNamespaceEvent as Each['type']]: Each['data'] };
type Typed<Type extends keyof DataOf = keyof DataOf> = { [Each in Type]: { type: Each; data: DataOf[Each] } }[Type];

/** What Glance would have told when an event of a namespace happened. */
export function metadefNotifications<Type extends keyof DataOf>(
  event: Typed<Type>,
  moment: Moment<MetadefNamespace>,
): readonly Told[] {
  const namespace = moment.after ?? moment.before;
  return namespace === null ? [] : TOLD[event.type](new NamespaceTeller(namespace, moment), event.data);
}

const nothing = (): readonly Told[] => [];
const described = (teller: NamespaceTeller): readonly Told[] =>
  teller.next !== null && DESCRIBING.has(teller.next) ? [] : teller.updated(teller.before.name);

/** What Glance does not tell of has nothing. */
const TOLD: { readonly [Type in keyof DataOf]: (teller: NamespaceTeller, data: DataOf[Type]) => readonly Told[] } = {
  MetadefNamespaceCreated: (teller) => teller.created(),
  MetadefNamespaceDescribed: described,
  MetadefNamespaceVisibilityChanged: described,
  MetadefNamespaceProtectionChanged: described,
  MetadefNamespaceOwnerChanged: described,
  MetadefNamespaceAdopted: (teller, { previousName }) => teller.updated(previousName),
  MetadefNamespaceDeleted: (teller, data) => teller.deleted(data.deletedAt),
  MetadefNamespaceRenameRequested: nothing,
  MetadefNamespaceAdoptionRefused: nothing,
  MetadefNamespaceRenamed: nothing,
  MetadefNamespaceRenameWithdrawn: nothing,

  MetadefObjectAdded: (teller, { object }) => teller.added('object', [object.name]),
  MetadefObjectReplaced: (teller, { name, object }) => teller.replaced('object', name, object.name),
  MetadefObjectsRemoved: (teller, removal) => teller.removed('object', 'delete_objects', removal),
  MetadefPropertyAdded: (teller, { property }) => teller.added('property', [property.name]),
  MetadefPropertyReplaced: (teller, { name, property }) => teller.replaced('property', name, property.name),
  MetadefPropertiesRemoved: (teller, removal) => teller.removed('property', 'delete_properties', removal),
  MetadefTagsAdded: (teller, { names }) => teller.added('tag', names),
  MetadefTagRenamed: (teller, { name, newName }) => teller.replaced('tag', name, newName),
  // Where others take their place, Glance tells of those only.
  MetadefTagsRemoved: (teller, removal) =>
    teller.next === 'MetadefTagsAdded' ? [] : teller.removed('tag', 'delete_tags', removal),
  MetadefResourceTypeAssociated: (teller, { association }) => teller.added('resource_type', [association.resourceType]),
  MetadefResourceTypeAssociationReplaced: nothing, // only files do so, of which Glance tells nothing
  MetadefResourceTypesDissociated: (teller, { names }) => teller.items('resource_type', 'delete', teller.before, names),
};

class NamespaceTeller {
  /** Before the event, or as it came to be. */
  readonly before: MetadefNamespace;
  /** Type of what was recorded together with the event, behind it. */
  readonly next: string | null;
  private readonly name: string;
  private readonly at: string;

  constructor(
    /** After the event, or right before it is gone. */
    private readonly namespace: MetadefNamespace,
    { before, next, envelope }: Moment<MetadefNamespace>,
  ) {
    this.name = namespace.name;
    this.before = before ?? namespace;
    this.next = next?.type ?? null;
    this.at = envelope.metadata.recordedAt;
  }

  /** What is in it from the beginning is told of like what is added later. */
  created(): readonly Told[] {
    const { namespace } = this;
    const { associations, objects, tags, properties } = namespace;
    return [
      told('metadef_namespace.create', namespacePayload(namespace)),
      ...this.added(
        'resource_type',
        associations.map(({ resourceType }) => resourceType),
      ),
      ...this.added('object', objects.map(nameOf)),
      ...this.added('tag', tags.map(nameOf)),
      ...this.added('property', properties.map(nameOf)),
    ];
  }

  deleted(at: string): readonly Told[] {
    return [told('metadef_namespace.delete', { ...namespacePayload(this.namespace), ...deletedAt(at) })];
  }

  added(kind: Kind, names: readonly string[]): readonly Told[] {
    return this.items(kind, 'create', this.namespace, names);
  }

  replaced(kind: Kind, formerName: string, name: string): readonly Told[] {
    return this.items(kind, 'update', this.namespace, [name], formerName);
  }

  updated(formerName: string): readonly Told[] {
    return [told('metadef_namespace.update', namespacePayload(this.namespace, formerName))];
  }

  /** Older events do not say that all were meant: several are all. */
  removed(kind: Kind, bulk: string, { names, all }: DataOf['MetadefObjectsRemoved']): readonly Told[] {
    return all === true || names.length > 1
      ? [told(`metadef_namespace.${bulk}`, namespacePayload(this.namespace))]
      : this.items(kind, 'delete', this.before, names);
  }

  items(
    kind: Kind,
    what: 'create' | 'update' | 'delete',
    namespace: MetadefNamespace,
    names: readonly string[],
    formerName?: string,
  ): readonly Told[] {
    return names.flatMap((name) => {
      const payload = this.payloadOf(kind, namespace, name, formerName);
      if (payload === null) return [];
      return [told(`metadef_${kind}.${what}`, what === 'delete' ? this.gone(payload) : payload)];
    });
  }

  /** An object that required nothing says so differently when it goes. */
  private gone(payload: JsonObject): JsonObject {
    return { ...payload, ...(payload['required'] === null && { required: [] }), ...deletedAt(this.at) };
  }

  private payloadOf(kind: Kind, namespace: MetadefNamespace, name: string, formerName?: string): JsonObject | null {
    const { objects, properties, tags, associations } = namespace;
    const named = <Item>(items: readonly Item[], of: (item: Item) => string, present: (item: Item) => JsonObject) => {
      const item = items.find((each) => isSameName(of(each), name));
      return item === undefined ? null : present(item);
    };
    switch (kind) {
      case 'object':
        return named(objects, nameOf, (object) => objectPayload(this.name, object, formerName));
      case 'property':
        return named(properties, nameOf, (property) => propertyPayload(this.name, property, formerName));
      case 'tag':
        return named(tags, nameOf, (tag) => tagPayload(this.name, tag, formerName));
      case 'resource_type':
        return named(
          associations,
          ({ resourceType }) => resourceType,
          (it) => resourceTypePayload(this.name, it),
        );
    }
  }
}

const nameOf = ({ name }: Readonly<{ name: string }>): string => name;
