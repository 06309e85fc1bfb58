import type { SchemaModule } from 'kysely';
import { metadefEvents } from '../../events/contracts/metadef-events.js';
import type {
  MetadefEvent,
  MetadefNamespaceEvent,
  MetadefResourceTypeEvent,
} from '../../events/contracts/metadef-events.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { chunksOf, RowWriter } from '../database/row-writer.js';
import type { ProjectedEvent, Projection, ProjectionTarget } from '../projection.js';
import { associationRows, detailsOf, namespaceRow, typeRow } from './metadef-rows.js';
import { createMetadefTables, METADEF_INDEXES, METADEF_TABLES } from './metadef-tables.js';
import { isNamespaceEvent, isTypeEvent, namespaceKeysOf, projectNamespace, typeKeyOf } from './metadef.projection.js';
import type { NamespaceDetails } from './metadef.read-model.js';

/** Keeps all namespaces, what they are meant for, and the types of resources that are known. */
export class SqlMetadefProjection implements Projection<MetadefEvent> {
  readonly name = 'metadefs';
  readonly version = 1;
  readonly tables = METADEF_TABLES;
  readonly readerIndexes = METADEF_INDEXES;

  canHandle(type: string): boolean {
    return Object.hasOwn(metadefEvents, type);
  }

  createTables(schema: SchemaModule, dialect: ReadModelDialect): Promise<void> {
    return createMetadefTables(schema, dialect);
  }

  async apply(target: ProjectionTarget, events: readonly ProjectedEvent<MetadefEvent>[]): Promise<void> {
    await applyToNamespaces(target, events.filter(isNamespaceEvent));
    for (const event of events.filter(isTypeEvent)) await applyToType(target, event);
  }
}

const applyToNamespaces = async (
  target: ProjectionTarget,
  events: readonly ProjectedEvent<MetadefNamespaceEvent>[],
): Promise<void> => {
  const before = await load(target, [...new Set(events.flatMap(namespaceKeysOf))]);
  const after = new Map<string, NamespaceDetails | null>(before);
  for (const event of events) projectNamespace(after, event);
  await writeChanges(new RowWriter(target), before, after);
};

const load = async (
  { tables, queries }: ProjectionTarget,
  keys: readonly string[],
): Promise<ReadonlyMap<string, NamespaceDetails>> => {
  const documents = new Map<string, NamespaceDetails>();
  for (const chunk of chunksOf(keys)) {
    const { rows } = await queries.execute(tables, `load namespaces ${chunk.length}`, chunk, () =>
      tables.selectFrom('metadef_namespaces').select(['key', 'summary', 'content']).where('key', 'in', chunk),
    );
    for (const row of rows) documents.set(row.key, detailsOf(row));
  }
  return documents;
};

const writeChanges = async (
  rows: RowWriter,
  before: ReadonlyMap<string, NamespaceDetails>,
  after: ReadonlyMap<string, NamespaceDetails | null>,
): Promise<void> => {
  const changed = [...after].filter(([key, document]) => document !== (before.get(key) ?? null));
  const gone = changed.filter(([, document]) => document === null).map(([key]) => key);
  const kept = changed.flatMap(([, document]) => document ?? []);
  await rows.deleteAll(
    'metadef_associations',
    'namespace_key',
    changed.map(([key]) => key),
  );
  await rows.deleteAll('metadef_namespaces', 'key', gone);
  const added: NamespaceDetails[] = [];
  for (const [key, document] of changed) {
    const known = before.get(key);
    if (document === null) continue;
    if (known === undefined) added.push(document);
    else await rows.update('metadef_namespaces', 'key', namespaceRow(known), namespaceRow(document));
  }
  await rows.insert('metadef_namespaces', added.map(namespaceRow));
  await rows.insert('metadef_associations', kept.flatMap(associationRows));
};

/** Whichever way it was written before, a type that is registered is there, and one that is removed is not. */
const applyToType = async (
  target: ProjectionTarget,
  { event, envelope }: ProjectedEvent<MetadefResourceTypeEvent>,
): Promise<void> => {
  const rows = new RowWriter(target);
  const key = typeKeyOf(envelope.stream);
  await rows.deleteAll('metadef_resource_types', 'key', [key]);
  if (event.type === 'MetadefResourceTypeRemoved') return;
  await rows.insert('metadef_resource_types', [typeRow(key, Number(envelope.position), event.data)]);
};
