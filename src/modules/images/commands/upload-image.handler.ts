import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { findStore } from '../../../stores/configured-stores.js';
import { mebibytes, UnifiedLimits } from '../../../limits/unified-limits.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import type { StoredImageData } from '../domain/image.commands.js';
import { ClaimedTransfer } from './claimed-transfer.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageDataReceiver } from './image-data.receiver.js';

type ImageUpload = Readonly<{
  imageId: string;
  source: Readable;
  /** Id of the store to write to; null: the default one. */
  storeId: string | null;
  /** What the client announced; null when it did not. */
  expectedBytes: number | null;
  /** The client's own, in whose name a certificate is asked for. */
  token?: string | null;
}>;

/** Receives the data of an image into a store, which makes the image active. */
@Injectable()
export class UploadImageHandler {
  constructor(
    private readonly transfers: ClaimedTransfer,
    private readonly receiver: ImageDataReceiver,
    private readonly limits: UnifiedLimits,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /** @throws LimitExceeded, StoreUnknown, the refusals of ImageDataReceiver, and those of ClaimedTransfer */
  async upload(
    { imageId, source, storeId, expectedBytes, token = null }: ImageUpload,
    request: ClientRequest,
  ): Promise<void> {
    const { projectId } = request.caller;
    await this.limits.mustAllow(projectId, 'image_size_total', mebibytes(expectedBytes));
    const store = findStore(this.stores, storeId);
    await this.transfers.run<StoredImageData>(
      {
        imageId,
        start: (uploadId) => ({ type: 'StartUpload', imageId, uploadId, store: store.id }),
        receive: async (claimed) => {
          await this.limits.mustAllow(projectId, 'image_count_uploading', 0); // the image is counted already
          return this.receiver.receive({
            ...{ ...claimed, imageId, source, store, expectedBytes },
            token: () => Promise.resolve(token),
          });
        },
        complete: (uploadId, stored) => ({ type: 'StoreUploadedData', imageId, uploadId, ...stored }),
        fail: (uploadId, reason) => ({ type: 'FailUpload', imageId, uploadId, reason, leaves: 'queued' }),
        remove: ({ location }) => store.driver.delete(location.url),
      },
      request,
    );
  }
}
