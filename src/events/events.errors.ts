import { DomainError } from '../kernel/domain-error.js';

/** The stream is not at the revision that the writer expected. Load again, decide again. */
export class WrongExpectedRevision extends DomainError {
  readonly code = 'events.wrong_expected_revision';
}

/** Bounded retries were used up because others kept writing to the same stream. The client may try again. */
export class ConcurrentChange extends DomainError {
  readonly code = 'events.concurrent_change';
}

/**
 * The event store cannot be reached or is too busy; try again later. Nothing was written, unless the store is a server whose
 * answer was lost: whoever acts on it has to look first.
 */
export class EventStoreUnavailable extends DomainError {
  readonly code = 'events.store_unavailable';
}

/** The events of one append are more than the server takes. Nothing was written. */
export class EventsTooLarge extends DomainError {
  readonly code = 'events.too_large';
}

/** An event has a type that this program does not know. The reader stops: skipping it would falsify what follows. */
export class UnknownEventType extends DomainError {
  readonly code = 'events.unknown_type';
}

/** An event was written by a newer program. Upgrade this one. */
export class UnknownEventSchema extends DomainError {
  readonly code = 'events.unknown_schema';
}

/** A stored event cannot be read back: torn JSON, or data that its schema forbids. */
export class InvalidStoredEvent extends DomainError {
  readonly code = 'events.invalid_stored_event';
}

/** The file or server holds no events that this program can work with, e.g. because a newer one wrote them. Ends the start. */
export class EventStoreIncompatible extends DomainError {
  readonly code = 'events.store_incompatible';
}

/** The server does not let this program in: the credentials are wrong, or do not suffice. Ends the start. */
export class EventStoreRefused extends DomainError {
  readonly code = 'events.store_refused';
}

/** Errors that can occur while a request is served; EventStoreIncompatible and EventStoreRefused occur before. */
export type EventsErrorCode = (
  | WrongExpectedRevision
  | ConcurrentChange
  | EventStoreUnavailable
  | EventsTooLarge
  | UnknownEventType
  | UnknownEventSchema
  | InvalidStoredEvent
)['code'];
