/**
 * Opens several things, one after the other. When one cannot be opened, those before it are closed, the last first: what stays
 * open would keep the process alive.
 * @param open adds to `opened` how each is closed
 * @throws what `open` throws
 */
export async function opening<Result>(open: (opened: AsyncDisposableStack) => Promise<Result>): Promise<Result> {
  const opened = new AsyncDisposableStack();
  try {
    return await open(opened);
  } catch (error) {
    await opened.disposeAsync().catch(() => undefined); // why it could not be opened is what matters
    throw error;
  }
}
