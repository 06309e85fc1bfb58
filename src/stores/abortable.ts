import { abortReason } from './abort-reason.js';

/**
 * Iterates data so that an abort is noticed even while the next chunk is being waited for.
 * @throws what abortReason makes of the signal's reason
 */
export async function* abortable(data: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = data[Symbol.asyncIterator]();
  let done = false;
  try {
    for (;;) {
      const step = await nextOrAbort(iterator, signal);
      done = step.done === true;
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    // Not awaited: a generator that hangs in its current step would never answer.
    if (!done) void iterator.return?.().catch(() => undefined);
  }
}

// A listener per step, because promises raced against one long-lived promise pile up on it.
function nextOrAbort(iterator: AsyncIterator<Uint8Array>, signal: AbortSignal): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal.reason));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
