import { DomainError } from '../kernel/domain-error.js';

/** Compressed data that is damaged, holds more than one file, or grows beyond the limits. */
export class DecompressionFailed extends DomainError {
  readonly code = 'conversion.decompression_failed';
}

/** The disk image cannot be converted, is unsafe to convert, or is not what it is said to be. */
export class ConversionFailed extends DomainError {
  readonly code = 'conversion.failed';
}

/** The tool took more time, CPU or memory than it is allowed, and was stopped. */
export class ConversionLimitExceeded extends DomainError {
  readonly code = 'conversion.limit_exceeded';
}

/** This machine lacks the tool, or the room for its files: another worker may have it, or this one later. */
export class ConversionUnavailable extends DomainError {
  readonly code = 'conversion.unavailable';
}

export type ConversionErrorCode = (
  DecompressionFailed | ConversionFailed | ConversionLimitExceeded | ConversionUnavailable
)['code'];
