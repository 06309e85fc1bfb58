import type { SchemaModule } from 'kysely';
import { imageEvents } from '../../events/contracts/image-events.js';
import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { chunksOf, RowWriter } from '../database/row-writer.js';
import { imageIdOf } from '../images/image-details.projection.js';
import type { ProjectedEvent, Projection, ProjectionTarget } from '../projection.js';
import { createEventIndexTables, EVENT_INDEX_INDEXES, EVENT_INDEX_TABLES } from './event-index.tables.js';
import type { EventIndexTable } from './event-index.tables.js';

type Owners = Map<string, string | null>;

/** Keeps where the events of images are, by whom they are asked for. What they say stays in the log. */
export class SqlEventIndexProjection implements Projection<ImageEvent> {
  readonly name = 'event-index';
  readonly version = 1;
  readonly tables = EVENT_INDEX_TABLES;
  readonly readerIndexes = EVENT_INDEX_INDEXES;

  canHandle(type: string): boolean {
    return Object.hasOwn(imageEvents, type);
  }

  createTables(schema: SchemaModule, dialect: ReadModelDialect): Promise<void> {
    return createEventIndexTables(schema, dialect);
  }

  async apply(target: ProjectionTarget, events: readonly ProjectedEvent<ImageEvent>[]): Promise<void> {
    const last = await lastRow(target);
    const added = events.filter(({ envelope }) => Number(envelope.position) > (last?.position ?? 0));
    const owners = await ownersOf(target, [...new Set(added.map(idOf))]);
    let clock = last?.clock ?? 0;
    const rows: EventIndexTable[] = [];
    for (const event of added) {
      clock = Math.max(clock, Date.parse(event.envelope.metadata.recordedAt));
      rows.push(rowOf(event, clock, owners));
    }
    await new RowWriter(target).insert('event_index', rows);
  }
}

const idOf = ({ envelope }: ProjectedEvent<ImageEvent>): string => imageIdOf(envelope.stream);

/** Notes a new owner on the way. */
function rowOf(projected: ProjectedEvent<ImageEvent>, clock: number, owners: Owners): EventIndexTable {
  const { event, envelope } = projected;
  const imageId = idOf(projected);
  if (event.type === 'ImageCreated' || event.type === 'ImageOwnerChanged') owners.set(imageId, event.data.owner);
  return {
    position: Number(envelope.position),
    image_id: imageId,
    revision: envelope.revision,
    type: envelope.type,
    project_id: owners.get(imageId) ?? null,
    user_id: envelope.metadata.actor.userId,
    clock,
  };
}

async function lastRow({
  tables,
  queries,
}: ProjectionTarget): Promise<Pick<EventIndexTable, 'position' | 'clock'> | undefined> {
  const { rows } = await queries.execute(tables, 'last indexed event', [1], () =>
    tables.selectFrom('event_index').select(['position', 'clock']).orderBy('position', 'desc').limit(1),
  );
  return rows[0];
}

/** Who had these images after their last event that is indexed. */
async function ownersOf({ tables, queries }: ProjectionTarget, ids: readonly string[]): Promise<Owners> {
  const owners: Owners = new Map();
  for (const chunk of chunksOf(ids)) {
    const { rows } = await queries.execute(tables, `indexed owners ${chunk.length}`, chunk, () =>
      tables
        .selectFrom('event_index as indexed')
        .select(['indexed.image_id', 'indexed.project_id'])
        .where('indexed.position', 'in', (latest) =>
          latest
            .selectFrom('event_index')
            .select(({ fn }) => fn.max('event_index.position').as('position'))
            .where('event_index.image_id', 'in', chunk)
            .groupBy('event_index.image_id'),
        ),
    );
    for (const { image_id: imageId, project_id: owner } of rows) owners.set(imageId, owner);
  }
  return owners;
}
