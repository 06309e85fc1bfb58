import type { Notification } from './notification.js';

/** A way on which notifications leave the service. */
export interface Notifier {
  /**
   * Resolves when the other side is responsible for it. Sent again, it has the same id.
   * @throws NotificationsUnavailable: it may work later
   */
  send(notification: Notification): Promise<void>;
  close(): Promise<void>;
}

/** NestJS token of all that are configured. */
export const NOTIFIERS = Symbol('readonly Notifier[]');
