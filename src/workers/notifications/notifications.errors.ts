import { DomainError } from '../../kernel/domain-error.js';

/** The message bus cannot be reached, or refuses what is sent. It may work later. */
export class NotificationsUnavailable extends DomainError {
  readonly code = 'notifications.unavailable';
}
