import type { JsonObject } from '../../../kernel/json.js';
import type { EventMetadata, NewEvent, RecordedEvent } from '../../event-store.js';
import { InvalidStoredEvent } from '../../events.errors.js';
import { positionOf } from './log-position.js';

/** An event as it is sent to the server: the version of its schema is part of the metadata there. */
export type StoredEvent = Readonly<{ id: string; type: string; data: JsonObject; metadata: JsonObject }>;

/** An event as the server has it. What is no JSON comes as text or bytes. */
export type ServerEvent = Readonly<{
  stream: string;
  revision: bigint;
  commit: bigint;
  id: string;
  type: string;
  data: unknown;
  metadata: unknown;
}>;

/** A copy: the writer may change the event before it is sent. */
export const toStored = ({ id, type, schemaVersion, data, metadata }: NewEvent): StoredEvent =>
  structuredClone({ id, type, data, metadata: { schemaVersion, ...metadata } });

/**
 * @param prefix what the server's names of streams begin with
 * @throws InvalidStoredEvent when it was not written by this program
 */
export const fromServer = (prefix: string, event: ServerEvent): RecordedEvent => {
  const data = requireObject(event, 'data');
  const { schemaVersion, ...metadata } = requireObject(event, 'metadata');
  if (typeof schemaVersion !== 'number') throw invalid(event, 'its metadata has no schemaVersion');
  return {
    stream: event.stream.slice(prefix.length),
    revision: Number(event.revision),
    position: positionOf(event.commit),
    id: event.id,
    type: event.type,
    schemaVersion,
    data: data as JsonObject,
    metadata: metadata as EventMetadata,
  };
};

const requireObject = (event: ServerEvent, part: 'data' | 'metadata'): Readonly<Record<string, unknown>> => {
  const value = event[part];
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) return { ...value };
  throw invalid(event, `its ${part} is no JSON object`);
};

const invalid = ({ type, stream, revision, commit }: ServerEvent, problem: string): InvalidStoredEvent => {
  const position = String(positionOf(commit));
  return new InvalidStoredEvent(
    `Event ${type} at revision ${revision} of stream ${stream} (position ${position}) is invalid: ${problem}`,
    { type, stream, revision: Number(revision), position },
  );
};
