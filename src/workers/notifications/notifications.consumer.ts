import type { NotificationsConfig } from '../../config/app-config.js';
import type { MetadefNamespace } from '../../events/contracts/metadef-content.js';
import { metadefNamespaceEvents } from '../../events/contracts/metadef-events.js';
import type { MetadefNamespaceEvent } from '../../events/contracts/metadef-events.js';
import { evolveNamespace } from '../../events/contracts/metadef-evolve.js';
import { isImageEvent } from '../../events/contracts/image-events.js';
import { taskEvents } from '../../events/contracts/task-events.js';
import type { TaskEvent } from '../../events/contracts/task-events.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore } from '../../events/event-store.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { EventDecoder } from '../../projections/projection.js';
import type { TaskDetails } from '../../projections/tasks/task.read-model.js';
import type { Consumer, OutgoingEvent } from '../consumers/consumer.js';
import { imageFolds } from '../consumers/image-folds.js';
import { orAborted } from '../consumers/or-aborted.js';
import type { Outage } from '../consumers/outage.js';
import { StreamFolds } from '../consumers/stream-folds.js';
import { imageNotifications } from './image-notifications.js';
import { metadefNotifications } from './metadef-notifications.js';
import { isDisabled, notificationId } from './notification.js';
import type { Notification, Told } from './notification.js';
import type { Notifier } from './notifier.js';
import { evolveToldTask, taskNotifications } from './task-notifications.js';

/** What is still to be sent because of one event, and where to. */
type Sends = { notifier: Notifier; notification: Notification }[];

/** Its checkpoint and its measurements are kept under this name. */
export const NOTIFICATIONS = 'notifications';

/** Confirmations that may be waited for at a time. */
const CONCURRENCY = 32;
const PAUSES = { firstS: 1, growthS: 2, longestS: 30 };

/** Tells of events what Glance would have told. */
export class NotificationsConsumer implements Consumer<Sends> {
  readonly name = NOTIFICATIONS;
  readonly concurrency = CONCURRENCY;
  readonly attempts: number | null;
  private readonly images: StreamFolds<ImageDetails>;
  private readonly tasks: StreamFolds<TaskDetails>;
  private readonly namespaces: StreamFolds<MetadefNamespace>;

  constructor(
    private readonly config: NotificationsConfig,
    private readonly namesStores: boolean,
    private readonly notifiers: readonly Notifier[],
    private readonly outage: Outage,
    eventStore: Pick<EventStore, 'readStream'>,
    codec: EventDecoder<AnyEvent>,
  ) {
    this.attempts = config.retries === null ? null : config.retries + 1;
    this.images = imageFolds(eventStore, codec);
    this.tasks = new StreamFolds(eventStore, codec, (task, { event, envelope }) =>
      isTaskEvent(event) ? evolveToldTask(task, { event, envelope }) : task,
    );
    this.namespaces = new StreamFolds(eventStore, codec, (namespace, { event }) =>
      isNamespaceEvent(event) ? evolveNamespace(namespace, event) : namespace,
    );
  }

  pauseMs(failures: number): number {
    const { firstS, growthS, longestS } = this.config.broker?.pauses ?? PAUSES;
    return Math.min(firstS + growthS * (failures - 1), longestS) * 1000;
  }

  async prepare(outgoing: OutgoingEvent): Promise<Sends | null> {
    const { id, metadata } = outgoing.envelope;
    const notifications = (await this.toldOf(outgoing)).map((told, index) => ({
      ...told,
      id: notificationId(id, index),
      at: metadata.recordedAt,
    }));
    const enabled = notifications.filter((notification) => !isDisabled(notification, this.config.disabled));
    const sends = enabled.flatMap((notification) => this.notifiers.map((notifier) => ({ notifier, notification })));
    return sends.length === 0 ? null : sends;
  }

  /** What has been sent is taken off: another attempt goes on behind it. */
  async deliver(sends: Sends, signal: AbortSignal): Promise<void> {
    try {
      for (let [next] = sends; next !== undefined; [next] = sends) {
        await orAborted(next.notifier.send(next.notification), signal);
        sends.shift();
      }
      this.outage.over();
    } catch (error) {
      if (!signal.aborted) this.outage.noticed(error);
      throw error;
    }
  }

  giveUp(): Promise<void> {
    return Promise.resolve(); // as the operator wants it
  }

  private async toldOf(outgoing: OutgoingEvent): Promise<readonly Told[]> {
    const { event } = outgoing;
    if (isImageEvent(event)) return imageNotifications(event, await this.images.momentOf(outgoing), this.namesStores);
    if (isTaskEvent(event)) return taskNotifications(event, await this.tasks.momentOf(outgoing));
    if (isNamespaceEvent(event)) return metadefNotifications(event, await this.namespaces.momentOf(outgoing));
    return [];
  }
}

const isTaskEvent = (event: AnyEvent): event is TaskEvent => Object.hasOwn(taskEvents, event.type);

const isNamespaceEvent = (event: AnyEvent): event is MetadefNamespaceEvent =>
  Object.hasOwn(metadefNamespaceEvents, event.type);
