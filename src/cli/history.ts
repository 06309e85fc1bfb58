import type { AnyEvent } from '../events/event-codec.js';
import type { EventStore, RecordedEvent } from '../events/event-store.js';
import type { FieldChange } from '../projections/history/field-changes.js';
import type { ImageDifference } from '../projections/history/image-differences.js';
import { ImageHistory } from '../projections/history/image-history.js';
import type { EventDecoder } from '../projections/projection.js';
import type { Print } from './print.js';
import { printable } from './printable.js';

/** Where histories are read from. */
export type Log = Readonly<{ eventStore: EventStore; codec: EventDecoder<AnyEvent> }>;

/** Longer names push their values to the right instead of those of all. */
const MAX_FIELD_WIDTH = 24;

/** One event of a life, with what it changed. */
export type HistoryEntry = Readonly<{
  envelope: RecordedEvent;
  reason: string | null;
  /** The name that it happened under, when that is not the one that was asked for. */
  under?: string;
  changes: readonly FieldChange[];
}>;

/**
 * Tells what happened to an image, from its first event to its last, also after it was deleted.
 * @returns whether there is, or ever was, such an image
 */
export async function printHistory(log: Log, imageId: string, json: boolean, print: Print): Promise<boolean> {
  const entries = await readHistory(log, imageId);
  printEntries(entries, json, print);
  return entries.length > 0;
}

export function printEntries(entries: readonly HistoryEntry[], json: boolean, print: Print): void {
  for (const entry of entries) {
    if (json) print(JSON.stringify(asObject(entry)));
    else asText(entry).forEach(print);
  }
}

async function readHistory({ eventStore, codec }: Log, imageId: string): Promise<readonly HistoryEntry[]> {
  const moments = await new ImageHistory(eventStore, codec).read(imageId);
  return moments.map(({ envelope, reason, changes }) => ({ envelope, reason, changes: changes.map(asChange) }));
}

/** What is one of several says of what kind it is. */
function asChange({ kind, field, from, to }: ImageDifference): FieldChange {
  if (kind === 'field') return { field, from, to };
  const [was, is] = kind === 'location' ? [describeLocation(from), describeLocation(to)] : [from, to];
  return { field: `${kind} ${field}`, from: was, to: is };
}

/** Where nothing is remembered about a location, its store says it all. */
function describeLocation(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('store' in value) || !('metadata' in value)) return value;
  const isPlain = Object.keys(value.metadata as object).length === 0;
  return isPlain ? `in store ${String(value.store)}` : value;
}

function asObject({ envelope, reason, under, changes }: HistoryEntry): object {
  const { revision, position, type, metadata } = envelope;
  const { recordedAt, actor, requestId } = metadata;
  return {
    revision,
    position: String(position),
    recorded_at: recordedAt,
    event: type,
    ...(under !== undefined && { under }),
    user_id: actor.userId,
    project_id: actor.projectId,
    roles: actor.roles,
    request_id: requestId,
    ...(reason !== null && { reason }),
    changes,
  };
}

function asText({ envelope, reason, under, changes }: HistoryEntry): readonly string[] {
  const { revision, type, metadata } = envelope;
  const { actor, requestId, recordedAt } = metadata;
  const who = `user ${actor.userId ?? '-'}  project ${actor.projectId ?? '-'}  request ${requestId ?? '-'}`;
  const width = Math.min(Math.max(...changes.map(({ field }) => printable(field).length)), MAX_FIELD_WIDTH);
  return [
    `${recordedAt}  ${`#${revision}`.padStart(4)}  ${type.padEnd(24)}  ${printable(who)}`,
    ...changes.map(({ field, from, to }) => `    ${printable(field).padEnd(width)}  ${show(from)} -> ${show(to)}`),
    ...(under === undefined ? [] : [`    under the name ${printable(under)}`]),
    ...(reason === null ? [] : [`    because: ${printable(reason)}`]),
  ];
}

function show(value: unknown): string {
  if (value === null) return '-';
  return printable(typeof value === 'string' && value !== '' && value !== '-' ? value : JSON.stringify(value));
}
