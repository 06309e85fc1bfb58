import type { SchemaModule } from 'kysely';
import { isImageEvent } from '../../events/contracts/image-events.js';
import type { ImageEvent } from '../../events/contracts/image-events.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';
import { chunksOf } from '../database/row-writer.js';
import type { ProjectedEvent, Projection, ProjectionTarget } from '../projection.js';
import { decodeDocument } from './image-document.codec.js';
import { evolveImageDetails, imageIdOf } from './image-details.projection.js';
import type { ImageDetails } from './image-details.read-model.js';
import { writeImageChanges } from './image-row-changes.js';
import { createImageTables, IMAGE_INDEXES, IMAGE_TABLES } from './image-tables.js';

/** Keeps the documents of all images that are not deleted, and the columns by which they are listed. */
export class SqlImageDetailsProjection implements Projection<ImageEvent> {
  readonly name = 'image-details';
  readonly version = 6;
  readonly tables = IMAGE_TABLES;
  readonly readerIndexes = IMAGE_INDEXES;

  canHandle(type: string): boolean {
    return isImageEvent({ type });
  }

  createTables(schema: SchemaModule, dialect: ReadModelDialect): Promise<void> {
    return createImageTables(schema, dialect);
  }

  async apply(target: ProjectionTarget, events: readonly ProjectedEvent<ImageEvent>[]): Promise<void> {
    const before = await load(target, [...new Set(events.map(idOf))]);
    const after = new Map<string, ImageDetails | null>(before);
    for (const event of events) after.set(idOf(event), evolveImageDetails(after.get(idOf(event)) ?? null, event));
    const changes = Array.from(after, ([id, image]) => ({ id, before: before.get(id) ?? null, after: image }));
    await writeImageChanges(
      target,
      changes.filter((change) => change.before !== change.after),
    );
  }
}

const idOf = ({ envelope }: ProjectedEvent<ImageEvent>): string => imageIdOf(envelope.stream);

const load = async (
  { tables, queries }: ProjectionTarget,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ImageDetails>> => {
  const images = new Map<string, ImageDetails>();
  for (const chunk of chunksOf(ids)) {
    const { rows } = await queries.execute(tables, `load images ${chunk.length}`, chunk, () =>
      tables.selectFrom('images').select('document').where('id', 'in', chunk),
    );
    for (const image of rows.map(({ document }) => decodeDocument(document))) images.set(image.id, image);
  }
  return images;
};
