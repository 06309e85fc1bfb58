import type { JsonObject } from '../../kernel/json.js';
import type { Notification } from './notification.js';

/** A notification as oslo.messaging writes it; `_unique_id` is what listeners know repetitions by. */
export const osloMessage = (notification: Notification, publisherId: string): JsonObject => ({
  message_id: notification.id,
  publisher_id: publisherId,
  event_type: notification.eventType,
  priority: notification.priority,
  payload: notification.payload,
  timestamp: pythonTime(notification.at),
  _unique_id: notification.id.replaceAll('-', ''),
});

/** The envelope of message format 2.0: the message in JSON, within JSON. */
export const enveloped = (message: JsonObject): JsonObject => ({
  'oslo.version': '2.0',
  'oslo.message': JSON.stringify(message),
});

/** As Python writes a time of UTC, but for the fraction that it leaves out where there is none: not every reader expects that. */
function pythonTime(iso: string): string {
  const [, day = '', time = '', fraction = ''] = /^(\S+)T([\d:]+)(?:\.(\d+))?Z$/.exec(iso) ?? [];
  return `${day} ${time}.${fraction.padEnd(6, '0').slice(0, 6)}`;
}
