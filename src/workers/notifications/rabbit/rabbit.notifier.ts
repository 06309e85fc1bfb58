import type { Notification } from '../notification.js';
import type { Notifier } from '../notifier.js';
import { enveloped, osloMessage } from '../oslo-message.js';
import type { RabbitPublisher } from './rabbit.publisher.js';

/** How a message is written: format 2.0 has an envelope, format 1.0 has none. */
export type MessageForm = 'messagingv2' | 'messaging';

/** Sends notifications to RabbitMQ, where listeners of oslo.messaging find them. */
export class RabbitNotifier implements Notifier {
  constructor(
    private readonly publisher: RabbitPublisher,
    private readonly form: MessageForm,
    private readonly publisherId: string,
    private readonly topics: readonly string[],
  ) {}

  async send(notification: Notification): Promise<void> {
    const message = osloMessage(notification, this.publisherId);
    const body = JSON.stringify(this.form === 'messagingv2' ? enveloped(message) : message);
    const priority = notification.priority.toLowerCase();
    for (const topic of this.topics) await this.publisher.publish(`${topic}.${priority}`, Buffer.from(body));
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}
