import { DomainError } from '../kernel/domain-error.js';

/** The signature of an image cannot be right, or not be verified: what it says of itself, or its certificate, is wrong. */
export class SignatureRefused extends DomainError {
  readonly code = 'key_manager.signature_refused';
}

/** The key manager does not have the secret, or does not show it to this caller. */
export class SecretNotFound extends DomainError {
  readonly code = 'key_manager.secret_not_found';
}

/** The key manager cannot be asked now. */
export class KeyManagerUnavailable extends DomainError {
  readonly code = 'key_manager.unavailable';
}

export type KeyManagerErrorCode = (SignatureRefused | SecretNotFound | KeyManagerUnavailable)['code'];
