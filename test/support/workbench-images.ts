import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ImportRequest } from '../../src/events/contracts/image-events.js';
import { imageDescription } from './image-description.builder.js';
import { OWNER } from './image-workbench.js';
import type { ImageWorkbench } from './image-workbench.js';

const request = { caller: OWNER, requestId: 'req-1' };

/** A raw image of OWNER without data. */
export const queuedImage = async (bench: ImageWorkbench): Promise<string> => {
  const imageId = randomUUID();
  const description = imageDescription({ owner: OWNER.projectId, name: null });
  await bench.commands.handle({ type: 'CreateImage', imageId, description, quotas: bench.config.quotas }, request);
  return imageId;
};

/** The same with data. */
export const activeImage = async (bench: ImageWorkbench): Promise<string> => {
  const imageId = await queuedImage(bench);
  const source = Readable.from([Buffer.from('data')]);
  await bench.uploads.upload({ imageId, source, storeId: null, expectedBytes: null }, request);
  return imageId;
};

/** An image as a process leaves it that died while it received data: claimed, and nobody keeps the lease. */
export const abandonedUpload = async (bench: ImageWorkbench, uploadId: string = randomUUID()): Promise<string> => {
  const imageId = await queuedImage(bench);
  const command = { type: 'StartUpload', imageId, uploadId, store: 'local' } as const;
  await bench.images.handle(command, { actor: OWNER, requestId: null });
  return imageId;
};

/** Deletes an image; with a time, its bytes may be removed only after that. */
export const deleteImage = (bench: ImageWorkbench, imageId: string, scrubAfter: string | null = null): Promise<void> =>
  bench.commands.handle({ type: 'DeleteImage', imageId, scrubAfter }, request);

/** Ids of the images whose bytes are in the store, in no particular order. */
export const imagesWithBytes = async ({ driver }: ImageWorkbench): Promise<readonly string[]> =>
  (await Array.fromAsync(driver.inventory())).map(({ imageId }) => imageId);

/** An image whose data waits in the staging area for its import. */
export const stagedImage = async (bench: ImageWorkbench): Promise<string> => {
  const imageId = await queuedImage(bench);
  await bench.stagings.stage({ imageId, source: Readable.from([Buffer.from('staged')]), expectedBytes: null }, request);
  return imageId;
};

/** An image as a process leaves it that died while it received data into the staging area. */
export const abandonedStaging = async (bench: ImageWorkbench, uploadId: string = randomUUID()): Promise<string> => {
  const imageId = await queuedImage(bench);
  await bench.images.handle({ type: 'StartStaging', imageId, uploadId }, { actor: OWNER, requestId: null });
  return imageId;
};

/** Everything in the staging area, as `image`, `image.upload` and `tasks/task`, sorted. */
export const staged = async ({ staging }: ImageWorkbench): Promise<readonly string[]> => {
  const files = (await Array.fromAsync(staging.store.inventory())).map((object) =>
    object.kind === 'image' ? object.imageId : `${object.imageId}.${object.uploadId}`,
  );
  return [...files, ...(await staging.tasksWithFolders()).map((taskId) => `tasks/${taskId}`)].toSorted();
};

/** Locks an image for the import by a task. */
export const requestImport = (
  bench: ImageWorkbench,
  imageId: string,
  taskId: string,
  wish: Partial<Pick<ImportRequest, 'method' | 'stores' | 'allStoresMustSucceed'>> = {},
) => {
  const { method = 'glance-direct', stores = ['local'], allStoresMustSucceed = true } = wish;
  const uri = method === 'web-download' ? 'http://example.org/image' : null;
  const request = { method, uri, checksum: null, remoteImage: null, stores: [...stores], allStoresMustSucceed };
  const command = { type: 'RequestImport', imageId, taskId, request, preempts: null } as const;
  return bench.images.handle(command, { actor: OWNER, requestId: null });
};
