import { RowWriter } from '../database/row-writer.js';
import type { Row } from '../database/row-writer.js';
import type { ProjectionTarget } from '../projection.js';
import type { ImageDetails } from './image-details.read-model.js';
import { imageColumns, imageRow, memberRows, sourcesOfMembers, sourcesOfTraits, traitRows } from './image-rows.js';
import { writeUsageChanges } from './project-usage-rows.js';
import { usageChanges } from './project-usage.js';

/** An image before and after some events; null where there is none. */
type ImageChange = Readonly<{ id: string; before: ImageDetails | null; after: ImageDetails | null }>;

type Existing = Readonly<{ before: ImageDetails; after: ImageDetails }>;

/** `sources` are what the rows are made of, to tell by identity that nothing was done to them. */
type SideTable = Readonly<{
  table: string;
  rowsOf: (image: ImageDetails) => readonly Row[];
  sources: (image: ImageDetails) => readonly unknown[];
}>;

const SIDE_TABLES: readonly SideTable[] = [
  { table: 'image_traits', rowsOf: traitRows, sources: sourcesOfTraits },
  { table: 'image_members', rowsOf: memberRows, sources: sourcesOfMembers },
];

/** Brings the tables from what the images were to what they are. */
export const writeImageChanges = async (target: ProjectionTarget, changes: readonly ImageChange[]): Promise<void> => {
  const rows = new RowWriter(target);
  await writeImages(rows, changes);
  for (const side of SIDE_TABLES) await writeSideTable(rows, side, changes);
  await writeUsageChanges(target, usageChanges(changes));
};

const writeImages = async (rows: RowWriter, changes: readonly ImageChange[]): Promise<void> => {
  await rows.deleteAll('images', 'id', goneIds(changes));
  for (const { before, after } of changes.filter(isExisting)) {
    await rows.update('images', 'id', imageColumns(before), imageRow(after));
  }
  const added = changes.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []));
  await rows.insert('images', added.map(imageRow));
};

const writeSideTable = async (
  rows: RowWriter,
  { table, rowsOf, sources }: SideTable,
  changes: readonly ImageChange[],
): Promise<void> => {
  const touched = changes.filter(
    (change) => !isExisting(change) || !same(sources(change.before), sources(change.after)),
  );
  for (const { before, after } of touched) {
    for (const row of difference(rowsIn(before, rowsOf), rowsIn(after, rowsOf))) await rows.deleteRow(table, row);
  }
  const added = touched.flatMap(({ before, after }) => difference(rowsIn(after, rowsOf), rowsIn(before, rowsOf)));
  await rows.insert(table, added);
};

const same = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.every((value, index) => Object.is(value, others[index]));

const rowsIn = (image: ImageDetails | null, rowsOf: (image: ImageDetails) => readonly Row[]): readonly Row[] =>
  image === null ? [] : rowsOf(image);

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
