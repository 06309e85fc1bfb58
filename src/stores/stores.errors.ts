import { DomainError } from '../kernel/domain-error.js';

/** There are bytes under this name already. */
export class StoreDuplicate extends DomainError {
  readonly code = 'store.duplicate';
}

/** No room left. Nothing of the data was kept. */
export class StoreFull extends DomainError {
  readonly code = 'store.full';
}

/** The store refuses to write (permissions, read-only medium). */
export class StoreDenied extends DomainError {
  readonly code = 'store.denied';
}

/** The store is configured without write access, as an HTTP store is. */
export class StoreAddDisabled extends DomainError {
  readonly code = 'store.add_disabled';
}

/** The store does not answer, or fails in a way that may heal. */
export class StoreUnavailable extends DomainError {
  readonly code = 'store.unavailable';
}

/** The bytes that a location names are not there. */
export class StoredDataMissing extends DomainError {
  readonly code = 'store.data_missing';
}

/** Something in the store depends on these bytes (a clone, a snapshot); they stay. */
export class StoredDataInUse extends DomainError {
  readonly code = 'store.data_in_use';
}

/** The store cannot do this at all, e.g. read a range. */
export class StoreOperationUnsupported extends DomainError {
  readonly code = 'store.operation_unsupported';
}

/** No store is configured under this id. */
export class StoreUnknown extends DomainError {
  readonly code = 'store.unknown';
}

/** The URL names no place in this store. Nothing was read or removed. */
export class StoreUrlInvalid extends DomainError {
  readonly code = 'store.url_invalid';
}

/** More bytes came than are allowed; `details.maxBytes`. Nothing of the data was kept. */
export class SizeLimitExceeded extends DomainError {
  readonly code = 'data.size_limit_exceeded';
}

/** More or fewer bytes came than the client had announced; `details.expectedBytes`. Send all of them again. */
export class SizeMismatch extends DomainError {
  readonly code = 'data.size_mismatch';
}

/** The data broke off: the client went away, or this side gave up. Nothing of the data was kept. */
export class UploadAborted extends DomainError {
  readonly code = 'data.upload_aborted';
}

/** The threads that compute hashes failed. The upload can be repeated. */
export class HashingFailed extends DomainError {
  readonly code = 'data.hashing_failed';
}

/** This platform does not know the configured hashing algorithm; `details.algorithm`. */
export class HashAlgorithmUnknown extends DomainError {
  readonly code = 'data.hash_algorithm_unknown';
}

/** The data is not what the signature of the image was made for. Nothing of it was kept. */
export class SignatureMismatch extends DomainError {
  readonly code = 'data.signature_mismatch';
}

export type StoresErrorCode = (
  | StoreDuplicate
  | StoreFull
  | StoreDenied
  | StoreAddDisabled
  | StoreUnavailable
  | StoredDataMissing
  | StoredDataInUse
  | StoreOperationUnsupported
  | StoreUnknown
  | StoreUrlInvalid
  | SizeLimitExceeded
  | SizeMismatch
  | UploadAborted
  | HashingFailed
  | HashAlgorithmUnknown
  | SignatureMismatch
)['code'];
