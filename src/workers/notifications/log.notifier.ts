import type { JsonObject } from '../../kernel/json.js';
import type { Notification } from './notification.js';
import type { Notifier } from './notifier.js';
import { osloMessage } from './oslo-message.js';

/** Writes notifications to the log of the service. */
export class LogNotifier implements Notifier {
  constructor(
    private readonly publisherId: string,
    private readonly write: (message: JsonObject, priority: Notification['priority']) => void,
  ) {}

  send(notification: Notification): Promise<void> {
    this.write(osloMessage(notification, this.publisherId), notification.priority);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
