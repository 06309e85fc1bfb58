import { randomUUIDv7 } from 'node:crypto';
import { InMemoryEventStore } from '../../src/events/adapters/in-memory/in-memory.event-store.js';
import { imageEvents } from '../../src/events/contracts/image-events.js';
import { metadefEvents } from '../../src/events/contracts/metadef-events.js';
import { taskEvents } from '../../src/events/contracts/task-events.js';
import { EventCodec } from '../../src/events/event-codec.js';
import type { AnyEvent } from '../../src/events/event-codec.js';
import type { JsonObject } from '../../src/kernel/json.js';
import { Outage } from '../../src/workers/consumers/outage.js';
import type { Notification } from '../../src/workers/notifications/notification.js';
import { NotificationsConsumer } from '../../src/workers/notifications/notifications.consumer.js';

export const CODEC = new EventCodec<AnyEvent>([imageEvents, taskEvents, metadefEvents]);

type Options = Readonly<{ disabled?: readonly string[]; namesStores?: boolean }>;

/**
 * What is told of a stream. Each list of events is recorded by one request, a second after the one before.
 * @returns one list of notifications for each event
 */
export async function toldOf(
  stream: string,
  requests: readonly (readonly AnyEvent[])[],
  { disabled = [], namesStores = true }: Options = {},
): Promise<readonly (readonly Notification[])[]> {
  const store = new InMemoryEventStore();
  for (const [index, events] of requests.entries()) {
    const recordedAt = `2026-01-02T03:04:${String(5 + index).padStart(2, '0')}.678Z`;
    await store.append(
      stream,
      'any',
      events.map(({ type, schemaVersion, data }) => ({
        id: randomUUIDv7(),
        type,
        schemaVersion,
        data: data as JsonObject,
        metadata: {
          recordedAt,
          actor: { userId: 'user', projectId: 'project', roles: [] },
          requestId: `req-${index}`,
          correlationId: `req-${index}`,
          causationId: null,
          previousHash: null,
        },
      })),
    );
  }
  const told: Notification[][] = [];
  const notifier = {
    send: (sent: Notification) => Promise.resolve(void told.at(-1)!.push(sent)),
    close: () => Promise.resolve(),
  };
  const outage = new Outage({ away: () => undefined, back: () => undefined });
  const consumer = new NotificationsConsumer(
    { drivers: ['log'], topics: [], publisherId: 'p', disabled, retries: null, broker: null },
    namesStores,
    [notifier],
    outage,
    store,
    CODEC,
  );
  for (const envelope of await store.readAll(0n, 1000)) {
    told.push([]);
    const sends = await consumer.prepare({ envelope, event: CODEC.decode(envelope) });
    if (sends !== null) await consumer.deliver(sends, new AbortController().signal);
  }
  return told;
}

/** Types alone; failures are marked. */
export const typesOf = (told: readonly (readonly Notification[])[]): string[][] =>
  told.map((of) => of.map(({ eventType, priority }) => (priority === 'ERROR' ? `${eventType} ERROR` : eventType)));
