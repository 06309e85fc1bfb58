import { readFile } from 'node:fs/promises';
import type { Backend } from './backend.js';
import type { AppConfig, WebhookConfig } from '../config/app-config.js';
import type { Clock } from '../kernel/clock.js';
import { NOBODY } from '../kernel/downloads.js';
import type { DownloadObserver } from '../kernel/downloads.js';
import { presentStreamEvent } from '../modules/feed/http/stream-event.presenter.js';
import { EventPresenter } from '../modules/images/http/history/event.presenter.js';
import { imageIdOf } from '../projections/images/image-details.projection.js';
import type { Consumer, ConsumerLog } from '../workers/consumers/consumer.js';
import { Outage } from '../workers/consumers/outage.js';
import { DownloadNotifications } from '../workers/notifications/download-notifications.js';
import { NOTIFICATIONS, NotificationsConsumer } from '../workers/notifications/notifications.consumer.js';
import type { Notifier } from '../workers/notifications/notifier.js';
import { WebhookConsumer, webhookConsumerName } from '../workers/webhooks/webhook.consumer.js';

type Configured = Pick<AppConfig, 'notifications' | 'webhooks'>;
/** What consumers are told of, and with. */
export type ToldOf = Pick<Backend, 'eventStore' | 'codec' | 'clock' | 'stores' | 'deadLetters'>;
type Log = Pick<ConsumerLog, 'away' | 'back'>;

/** Whoever is to be told of events, by the names that checkpoints have. */
export const consumerNames = ({ notifications, webhooks }: Configured): readonly string[] => [
  ...(notifications === null ? [] : [NOTIFICATIONS]),
  ...webhooks.map(({ name }) => webhookConsumerName(name)),
];

/**
 * Everybody who is to be told of events.
 * @throws ConfigError when a RabbitMQ that answers cannot be used
 */
export async function openConsumers(
  config: AppConfig,
  backend: ToldOf,
  notifiers: readonly Notifier[],
  log: ConsumerLog,
): Promise<readonly Consumer[]> {
  const { notifications, webhooks } = config;
  const consumers: Consumer[] = [];
  if (notifications !== null) {
    const { broker } = notifications;
    if (broker !== null) await (await import('../workers/notifications/rabbit/check-broker.js')).checkBroker(broker);
    const outage = outageOf(NOTIFICATIONS, log);
    const { eventStore, codec } = backend;
    const { multiple } = config.stores;
    consumers.push(new NotificationsConsumer(notifications, multiple, notifiers, outage, eventStore, codec));
  }
  for (const webhook of webhooks) consumers.push(await openWebhook(webhook, config, backend, log));
  return consumers;
}

/** One receiver of events. It sees of them what an administrator sees. */
export async function openWebhook(
  webhook: WebhookConfig,
  config: AppConfig,
  { eventStore, codec, clock, stores, deadLetters }: ToldOf,
  log: Log,
): Promise<WebhookConsumer> {
  const [{ HttpClient }, { UrlFilter }] = await Promise.all([
    import('../outbound/http-client.js'),
    import('../outbound/url-filter.js'),
  ]);
  const ca = webhook.caFile === null ? null : await readFile(webhook.caFile, 'utf8');
  const client = new HttpClient(new UrlFilter(config.outbound), webhook.timeoutS, { insecure: false, ca });
  const presenter = new EventPresenter(stores, config);
  const showsLocations = config.api.showMultipleLocations;
  return new WebhookConsumer(webhook, {
    client,
    clock,
    eventStore,
    codec,
    deadLetters,
    outage: outageOf(webhookConsumerName(webhook.name), log),
    presentOther: presentStreamEvent,
    presentImage: ({ envelope, reason, changes }) =>
      presenter.present({ imageId: imageIdOf(envelope.stream), envelope, reason, changes, showsLocations }),
  });
}

/** Tells of downloads, if anybody is to be told of anything. */
export const observeDownloads = (
  { notifications }: Configured,
  notifiers: readonly Notifier[],
  log: Log,
  clock: Clock,
): DownloadObserver =>
  notifications === null
    ? NOBODY
    : new DownloadNotifications(notifiers, notifications.disabled, outageOf('downloads', log), clock);

const outageOf = (consumer: string, log: Log): Outage =>
  new Outage({ away: (error) => log.away(consumer, error), back: () => log.back(consumer) });
