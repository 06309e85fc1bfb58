import type { NotificationsConfig } from '../../config/app-config.js';
import type { JsonObject } from '../../kernel/json.js';
import { LogNotifier } from './log.notifier.js';
import type { Notification } from './notification.js';
import type { Notifier } from './notifier.js';

/** Writes to the log of the service. */
type LogWriter = (message: JsonObject, priority: Notification['priority']) => void;

/** The notifiers that the configuration asks for. Those for RabbitMQ connect when there is something to send. */
export async function openNotifiers(config: NotificationsConfig | null, log: LogWriter): Promise<readonly Notifier[]> {
  const notifiers: Notifier[] = [];
  for (const driver of config?.drivers ?? []) {
    if (config === null || driver === 'noop') continue;
    const { publisherId, topics, broker } = config;
    if (driver === 'log') {
      notifiers.push(new LogNotifier(publisherId, log));
    } else if (broker !== null) {
      const [{ RabbitNotifier }, { RabbitPublisher }] = await Promise.all([
        import('./rabbit/rabbit.notifier.js'),
        import('./rabbit/rabbit.publisher.js'),
      ]);
      notifiers.push(new RabbitNotifier(new RabbitPublisher(broker), driver, publisherId, topics));
    }
  }
  return notifiers;
}
