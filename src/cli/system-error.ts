/**
 * A call that the operating system refused; its message says which, why, and for which file or address.
 * By its shape, because errors of Node's own are not made with the class of whoever catches them.
 */
export const isSystemError = (error: unknown): error is Readonly<{ message: string }> =>
  typeof error === 'object' && error !== null && 'syscall' in error && 'message' in error;
