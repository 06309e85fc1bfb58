import { setTimeout as sleep } from 'node:timers/promises';
import { ImageGone, ImageUploadSuperseded } from '../../modules/images/domain/image.errors.js';
import type { ImageCommandHandler } from '../../modules/images/commands/image-command.handler.js';
import { lockHolder } from '../../modules/images/domain/image-guards.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';

const LOOK_EVERY_MS = 1_000;

/**
 * Works on an image while it wants this: as soon as the image is deleted, or locked by another task, the work's signal
 * aborts, so that nobody waits for a download that has become useless.
 * @throws ImageGone, ImageUploadSuperseded, and what the work throws
 */
export async function whileWanted<Result>(
  images: ImageCommandHandler,
  { imageId, taskId }: Readonly<{ imageId: string; taskId: string }>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const unwanted = new AbortController();
  const done = new AbortController();
  const watching = watch(images, imageId, taskId, unwanted, AbortSignal.any([signal, done.signal]));
  try {
    return await work(AbortSignal.any([signal, unwanted.signal]));
  } catch (error) {
    throw unwanted.signal.aborted ? unwanted.signal.reason : error;
  } finally {
    done.abort();
    await watching;
  }
}

async function watch(
  images: ImageCommandHandler,
  imageId: string,
  taskId: string,
  unwanted: AbortController,
  until: AbortSignal,
): Promise<void> {
  while (!until.aborted && !unwanted.signal.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
    const state = await images.stateOf(imageId).catch(() => null); // an outage says nothing about the image
    const reason = state === null ? null : unwantedBecause(state, imageId, taskId);
    if (reason !== null) unwanted.abort(reason);
  }
}

/** Why the task's work on the image is no longer wanted; null while it is. */
export function unwantedBecause(state: ImageState, imageId: string, taskId: string): Error | null {
  if (state.status === 'deleted' || state.status === 'pending_delete' || state.status === 'absent')
    return new ImageGone(`Image ${imageId} was deleted during its import`, { imageId });
  if (lockHolder(state) !== taskId)
    return new ImageUploadSuperseded(`Task ${taskId} does not hold the lock of image ${imageId}`, { imageId, taskId });
  return null;
}
