import { metadefNamespaceEvents } from '../../events/contracts/metadef-events.js';
import type {
  MetadefEvent,
  MetadefNamespaceEvent,
  MetadefResourceTypeEvent,
} from '../../events/contracts/metadef-events.js';
import { evolveNamespace, nameKey } from '../../events/contracts/metadef-evolve.js';
import type { ProjectedEvent } from '../projection.js';
import type { NamespaceDetails } from './metadef.read-model.js';

const NAMESPACE_PREFIX = 'metadef_namespace-';
const TYPE_PREFIX = 'metadef_resource_type-';

/** The key of the namespace that a stream is about; null for any other stream. */
export const namespaceKeyOf = (stream: string): string | null =>
  stream.startsWith(NAMESPACE_PREFIX) ? stream.slice(NAMESPACE_PREFIX.length) : null;

/** The key of the type of resources that a stream is about. */
export const typeKeyOf = (stream: string): string => stream.slice(TYPE_PREFIX.length);

export const isNamespaceEvent = (
  projected: ProjectedEvent<MetadefEvent>,
): projected is ProjectedEvent<MetadefNamespaceEvent> => Object.hasOwn(metadefNamespaceEvents, projected.event.type);

export const isTypeEvent = (
  projected: ProjectedEvent<MetadefEvent>,
): projected is ProjectedEvent<MetadefResourceTypeEvent> => !isNamespaceEvent(projected);

/** The keys of the namespaces that an event concerns: a rename ends the one of the old name in the same moment. */
export const namespaceKeysOf = ({ event, envelope }: ProjectedEvent<MetadefNamespaceEvent>): readonly string[] => {
  const key = namespaceKeyOf(envelope.stream);
  const previous = event.type === 'MetadefNamespaceAdopted' ? [nameKey(event.data.previousName)] : [];
  return key === null ? previous : [key, ...previous];
};

/**
 * Folds one more event into the namespaces there are, by key; null: there is none.
 * An event that a document has seen already changes nothing.
 */
export const projectNamespace = (
  documents: Map<string, NamespaceDetails | null>,
  projected: ProjectedEvent<MetadefNamespaceEvent>,
): void => {
  const { event, envelope } = projected;
  const [key = '', ...previous] = namespaceKeysOf(projected);
  const document = documents.get(key) ?? null;
  if (document !== null && envelope.revision <= document.revision) return;
  const evolved = evolveNamespace(document, event);
  documents.set(key, evolved === null ? null : { ...evolved, revision: envelope.revision });
  for (const gone of previous) documents.set(gone, null);
};
