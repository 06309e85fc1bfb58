import { RowWriter } from '../database/row-writer.js';
import type { Row } from '../database/row-writer.js';
import type { ProjectionTarget } from '../projection.js';
import type { ImageDetails } from './image-details.read-model.js';
import { imageRow, memberRows, propertyRows, tagRows } from './image-rows.js';
import { writeUsageChanges } from './project-usage-rows.js';
import { usageChanges } from './project-usage.js';

/** An image before and after some events; null where there is none. */
type ImageChange = Readonly<{ id: string; before: ImageDetails | null; after: ImageDetails | null }>;

type Existing = Readonly<{ before: ImageDetails; after: ImageDetails }>;

const SIDE_TABLES = {
  image_properties: propertyRows,
  image_tags: tagRows,
  image_members: memberRows,
} as const satisfies Record<string, (image: ImageDetails) => readonly Row[]>;

/** Brings the tables from what the images were to what they are. */
export const writeImageChanges = async (target: ProjectionTarget, changes: readonly ImageChange[]): Promise<void> => {
  const rows = new RowWriter(target);
  await writeImages(rows, changes);
  for (const [table, rowsOf] of Object.entries(SIDE_TABLES)) await writeSideTable(rows, table, rowsOf, changes);
  await writeUsageChanges(target, usageChanges(changes));
};

const writeImages = async (rows: RowWriter, changes: readonly ImageChange[]): Promise<void> => {
  await rows.deleteAll('images', 'id', goneIds(changes));
  for (const { before, after } of changes.filter(isExisting)) {
    await rows.update('images', 'id', imageRow(before), imageRow(after));
  }
  const added = changes.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []));
  await rows.insert('images', added.map(imageRow));
};

const writeSideTable = async (
  rows: RowWriter,
  table: string,
  rowsOf: (image: ImageDetails) => readonly Row[],
  changes: readonly ImageChange[],
): Promise<void> => {
  await rows.deleteAll(table, 'image_id', goneIds(changes));
  for (const { before, after } of changes.filter(isExisting)) {
    for (const row of difference(rowsOf(before), rowsOf(after))) await rows.deleteRow(table, row);
  }
  const added = changes.flatMap(({ before, after }) =>
    after === null ? [] : difference(rowsOf(after), before === null ? [] : rowsOf(before)),
  );
  await rows.insert(table, added);
};

const isExisting = <Change extends ImageChange>(change: Change): change is Change & Existing =>
  change.before !== null && change.after !== null;

const goneIds = (changes: readonly ImageChange[]): readonly string[] =>
  changes.filter(({ before, after }) => before !== null && after === null).map(({ id }) => id);

const difference = (rows: readonly Row[], others: readonly Row[]): readonly Row[] => {
  if (others.length === 0) return rows;
  const known = new Set(others.map(identity));
  return rows.filter((row) => !known.has(identity(row)));
};

const identity = (row: Row): string => JSON.stringify(Object.values(row));
