import { DomainError } from '../kernel/domain-error.js';

/** The operator's rules do not allow the service to ask this URL. */
export class UrlForbidden extends DomainError {
  readonly code = 'outbound.url_forbidden';
}

/** The other server cannot be reached, stalls, breaks off or is busy: it may work later. */
export class RemoteUnavailable extends DomainError {
  readonly code = 'outbound.unavailable';
}

/** The other server answered, and the answer says no; `details.status`. Asking again does not help. */
export class RemoteRefused extends DomainError {
  readonly code = 'outbound.refused';
}

/** More, fewer or other bytes came than were announced. */
export class RemoteDataInvalid extends DomainError {
  readonly code = 'outbound.data_invalid';
}

export type OutboundErrorCode = (UrlForbidden | RemoteUnavailable | RemoteRefused | RemoteDataInvalid)['code'];
