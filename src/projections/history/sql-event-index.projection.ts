import type { SchemaModule } from 'kysely';
import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { MetadefEvent } from '../../events/contracts/metadef-events.js';
import type { TaskEvent } from '../../events/contracts/task-events.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { chunksOf, RowWriter } from '../database/row-writer.js';
import { imageIdOf, isImageStream } from '../images/image-details.projection.js';
import type { ProjectedEvent, Projection, ProjectionTarget } from '../projection.js';
import { FEED_EVENTS } from './event-index.read-model.js';
import { createEventIndexTables, EVENT_INDEX_INDEXES, EVENT_INDEX_TABLES } from './event-index.tables.js';
import type { EventIndexTable } from './event-index.tables.js';

type FeedEvent = ImageEvent | TaskEvent | MetadefEvent;

/** What events of a stream are found by, beside what they say themselves. */
type Subject = Readonly<{ projectId: string | null; imageId: string | null }>;

/** By stream. */
type Subjects = Map<string, Subject>;

/** Keeps where events are, by whom they are asked for. What they say stays in the log. */
export class SqlEventIndexProjection implements Projection<FeedEvent> {
  readonly name = 'event-index';
  readonly version = 2;
  readonly tables = EVENT_INDEX_TABLES;
  readonly readerIndexes = EVENT_INDEX_INDEXES;

  canHandle(type: string): boolean {
    return FEED_EVENTS.has(type);
  }

  createTables(schema: SchemaModule, dialect: ReadModelDialect): Promise<void> {
    return createEventIndexTables(schema, dialect);
  }

  async apply(target: ProjectionTarget, events: readonly ProjectedEvent<FeedEvent>[]): Promise<void> {
    const last = await lastRow(target);
    const added = events.filter(({ envelope }) => Number(envelope.position) > (last?.position ?? 0));
    const subjects = await subjectsOf(target, [...new Set(added.map(({ envelope }) => envelope.stream))]);
    let clock = last?.clock ?? 0;
    const rows: EventIndexTable[] = [];
    for (const event of added) {
      clock = Math.max(clock, Date.parse(event.envelope.metadata.recordedAt));
      rows.push(rowOf(event, clock, subjects));
    }
    await new RowWriter(target).insert('event_index', rows);
  }
}

/** Notes a new owner on the way. */
function rowOf({ event, envelope }: ProjectedEvent<FeedEvent>, clock: number, subjects: Subjects): EventIndexTable {
  const { stream, revision, type, metadata } = envelope;
  const subject = subjectAfter(event, subjects.get(stream) ?? subjectOf(stream));
  subjects.set(stream, subject);
  return {
    position: Number(envelope.position),
    stream,
    revision,
    type,
    image_id: subject.imageId,
    project_id: subject.projectId,
    user_id: metadata.actor.userId,
    clock,
  };
}

const subjectOf = (stream: string): Subject => ({
  projectId: null,
  imageId: isImageStream(stream) ? imageIdOf(stream) : null,
});

function subjectAfter(event: FeedEvent, before: Subject): Subject {
  if (event.type === 'TaskCreated') return { projectId: event.data.owner, imageId: event.data.imageId };
  if (event.type === 'MetadefNamespaceAdopted') return { ...before, projectId: event.data.namespace.owner };
  return saysOwner(event) ? { ...before, projectId: event.data.owner } : before;
}

type OwnerEvent = Extract<
  FeedEvent,
  { type: 'ImageCreated' | 'ImageOwnerChanged' | 'MetadefNamespaceCreated' | 'MetadefNamespaceOwnerChanged' }
>;

const OWNER_EVENTS = new Set<string>([
  'ImageCreated',
  'ImageOwnerChanged',
  'MetadefNamespaceCreated',
  'MetadefNamespaceOwnerChanged',
] satisfies OwnerEvent['type'][]);

const saysOwner = (event: FeedEvent): event is OwnerEvent => OWNER_EVENTS.has(event.type);

async function lastRow({
  tables,
  queries,
}: ProjectionTarget): Promise<Pick<EventIndexTable, 'position' | 'clock'> | undefined> {
  const { rows } = await queries.execute(tables, 'last indexed event', [1], () =>
    tables.selectFrom('event_index').select(['position', 'clock']).orderBy('position', 'desc').limit(1),
  );
  return rows[0];
}

/** What is known of these streams after their last event that is indexed. */
async function subjectsOf({ tables, queries }: ProjectionTarget, streams: readonly string[]): Promise<Subjects> {
  const subjects: Subjects = new Map();
  for (const chunk of chunksOf(streams)) {
    const { rows } = await queries.execute(tables, `indexed subjects ${chunk.length}`, chunk, () =>
      tables
        .selectFrom('event_index as indexed')
        .select(['indexed.stream', 'indexed.project_id', 'indexed.image_id'])
        .where('indexed.position', 'in', (latest) =>
          latest
            .selectFrom('event_index')
            .select(({ fn }) => fn.max('event_index.position').as('position'))
            .where('event_index.stream', 'in', chunk)
            .groupBy('event_index.stream'),
        ),
    );
    for (const { stream, project_id: projectId, image_id: imageId } of rows)
      subjects.set(stream, { projectId, imageId });
  }
  return subjects;
}
