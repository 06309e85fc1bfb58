import { constants } from 'node:os';
import type { DomainError } from '../../kernel/domain-error.js';
import { StoredDataMissing, StoreDenied, StoreDuplicate, StoreFull, StoreUnavailable } from '../stores.errors.js';

type Meaning = readonly [
  new (message: string, details?: Readonly<Record<string, unknown>>, options?: ErrorOptions) => DomainError,
  string,
];

const { EACCES, EDQUOT, EEXIST, EFBIG, ELOOP, ENOENT, ENOSPC, EPERM, EROFS } = constants.errno;

const FULL: Meaning = [StoreFull, 'The image store has no room left'];
const DENIED: Meaning = [StoreDenied, 'The image store denies access'];
const DUPLICATE: Meaning = [StoreDuplicate, 'The image store has data of this image already'];
const MISSING: Meaning = [StoredDataMissing, 'The data is not in the image store'];
const FAILED: Meaning = [StoreUnavailable, 'The image store failed'];

const WHEN_WRITING: ReadonlyMap<number | null, Meaning> = new Map([
  ...[ENOSPC, EDQUOT, EFBIG].map((errno) => [errno, FULL] as const),
  ...[EACCES, EPERM, EROFS].map((errno) => [errno, DENIED] as const),
  [EEXIST, DUPLICATE],
]);
// O_NOFOLLOW makes a symbolic link ELOOP: what it points to is not ours.
const WHEN_READING: ReadonlyMap<number | null, Meaning> = new Map([ENOENT, ELOOP].map((errno) => [errno, MISSING]));

/** The system's error number; null for what is no system error. By number, because Node has no name for some (EDQUOT). */
export function errnoOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return null;
  return typeof error.errno === 'number' ? Math.abs(error.errno) : null;
}

/** What the failure of a system call that writes means for a store. */
export const writingFailure = (cause: unknown): DomainError => translate(cause, WHEN_WRITING);

/** Waits for a system call that writes; rejects with what its failure means for a store. */
export const writing = <Result>(call: Promise<Result>): Promise<Result> => translated(call, writingFailure);

/** Waits for a system call that reads; what is not there is StoredDataMissing. */
export const reading = <Result>(call: Promise<Result>): Promise<Result> =>
  translated(call, (cause) => translate(cause, WHEN_READING));

/** Waits for a system call that removes; what is gone already is fine. */
export async function removing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (errnoOf(error) !== ENOENT) throw writingFailure(error);
  }
}

async function translated<Result>(call: Promise<Result>, meaning: (cause: unknown) => DomainError): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw meaning(error);
  }
}

// The message names no path; the cause does, for the log.
function translate(cause: unknown, meanings: ReadonlyMap<number | null, Meaning>): DomainError {
  const [ErrorClass, message] = meanings.get(errnoOf(cause)) ?? FAILED;
  return new ErrorClass(message, {}, { cause });
}
