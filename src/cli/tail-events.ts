import type { EventStore, RecordedEvent } from '../events/event-store.js';
import type { Print } from './print.js';
import { printable } from './printable.js';

/** Events that are read at once. */
const BATCH = 500;

/** Prints the events after a position that exist now. */
export async function printEvents(eventStore: EventStore, after: bigint, json: boolean, print: Print): Promise<void> {
  const last = await eventStore.lastPosition();
  for (let reached = after; reached < last;) {
    const events = await eventStore.readAll(reached, BATCH);
    for (const event of events) print(json ? asJson(event) : asText(event));
    reached = events.at(-1)?.position ?? last;
  }
}

/** As `printEvents`, then every new event, until the signal aborts. */
export async function followEvents(
  eventStore: EventStore,
  after: bigint,
  json: boolean,
  print: Print,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of eventStore.subscribe(after, signal)) print(json ? asJson(event) : asText(event));
}

const asJson = ({ position, ...event }: RecordedEvent): string =>
  JSON.stringify({ position: String(position), ...event });

function asText({ position, stream, revision, type, metadata }: RecordedEvent): string {
  const { actor, recordedAt, requestId } = metadata;
  const who = `user ${actor.userId ?? '-'}  project ${actor.projectId ?? '-'}  request ${requestId ?? '-'}`;
  return printable(`${String(position).padStart(8)}  ${recordedAt}  ${stream}#${revision}  ${type.padEnd(24)}  ${who}`);
}
