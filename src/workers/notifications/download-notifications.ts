import { randomUUID } from 'node:crypto';
import type { Clock } from '../../kernel/clock.js';
import type { Download, DownloadObserver } from '../../kernel/downloads.js';
import type { Outage } from '../consumers/outage.js';
import { isDisabled, told, toldFailure } from './notification.js';
import type { Notification } from './notification.js';
import type { Notifier } from './notifier.js';

/** Those that are on their way at most; while the message bus is away, further ones are left out. */
const MOST_UNDER_WAY = 1000;

/**
 * Tells of downloads, which are no events: each is sent once, at once, or is lost, as by Glance.
 */
export class DownloadNotifications implements DownloadObserver {
  private underWay = 0;

  constructor(
    private readonly notifiers: readonly Notifier[],
    private readonly disabled: readonly string[],
    private readonly outage: Outage,
    private readonly clock: Clock,
  ) {}

  ended(download: Download): void {
    const notification = this.notificationOf(download);
    if (isDisabled(notification, this.disabled)) return;
    for (const notifier of this.notifiers) void this.send(notifier, notification);
  }

  /** Applications end what they provide so. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.notifiers.map((notifier) => notifier.close()));
  }

  private notificationOf(download: Download): Notification {
    const { imageId, owner, receiver, sentBytes, expectedBytes } = download;
    const payload = {
      bytes_sent: sentBytes,
      image_id: imageId,
      owner_id: owner,
      receiver_tenant_id: receiver.projectId,
      receiver_user_id: receiver.userId,
      destination_ip: receiver.address,
    };
    const tell = sentBytes === expectedBytes ? told : toldFailure;
    return { ...tell('image.send', payload), id: randomUUID(), at: this.clock.now().toISOString() };
  }

  private async send(notifier: Notifier, notification: Notification): Promise<void> {
    if (this.underWay >= MOST_UNDER_WAY) return;
    this.underWay += 1;
    try {
      await notifier.send(notification);
      this.outage.over();
    } catch (error) {
      this.outage.noticed(error);
    } finally {
      this.underWay -= 1;
    }
  }
}
