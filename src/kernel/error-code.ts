/**
 * The code by which the system or a library names what went wrong (`ENOENT`, `SQLITE_BUSY`); null: there is none.
 * By its shape: a process may hold the class of one error twice.
 */
export const errorCodeOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : null;
