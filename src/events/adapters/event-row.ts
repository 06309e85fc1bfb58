import type { JsonObject } from '../../kernel/json.js';
import type { EventMetadata, NewEvent, RecordedEvent } from '../event-store.js';
import { InvalidStoredEvent } from '../events.errors.js';

/** An event as a row of the table `events`; `data` and `metadata` are JSON. Some drivers give a large number as text. */
export type EventRow = Readonly<{
  position: number | string;
  stream: string;
  revision: number;
  id: string;
  type: string;
  schema_version: number;
  data: string;
  metadata: string;
}>;

/** What of a row is known before it has a place in the log. */
export type NewEventRow = Omit<EventRow, 'position' | 'stream' | 'revision'>;

export const toRow = ({ id, type, schemaVersion, data, metadata }: NewEvent): NewEventRow => ({
  id,
  type,
  schema_version: schemaVersion,
  data: JSON.stringify(data),
  metadata: JSON.stringify(metadata),
});

/** @throws InvalidStoredEvent when the row's JSON is torn */
export const fromRow = (row: EventRow): RecordedEvent => ({
  stream: row.stream,
  revision: row.revision,
  position: BigInt(row.position),
  id: row.id,
  type: row.type,
  schemaVersion: row.schema_version,
  data: parse(row, 'data') as JsonObject,
  metadata: parse(row, 'metadata') as EventMetadata,
});

const parse = (row: EventRow, column: 'data' | 'metadata'): object => {
  let cause: unknown;
  try {
    const value: unknown = JSON.parse(row[column]);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    cause = error;
  }
  const { type, stream, revision, position } = row;
  const place = `Event ${type} at revision ${revision} of stream ${stream} (position ${position})`;
  throw new InvalidStoredEvent(
    `${place} is invalid: its ${column} is no JSON object`,
    { type, stream, revision, position: String(position) },
    { cause },
  );
};
