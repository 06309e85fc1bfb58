import { DomainError } from '../../kernel/domain-error.js';

/**
 * The data is not of the declared disk format; `details` has declared and detected. Declare the right format, or send
 * other data.
 */
export class ImageFormatMismatch extends DomainError {
  readonly code = 'data.format_mismatch';
}

/** The data could harm whoever opens it, or cannot be what it claims to be; `details` has detected and problems. */
export class ImageFormatUnsafe extends DomainError {
  readonly code = 'data.format_unsafe';
}

export type InspectionErrorCode = (ImageFormatMismatch | ImageFormatUnsafe)['code'];
