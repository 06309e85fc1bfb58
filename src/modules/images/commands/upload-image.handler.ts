import { randomUUIDv7 } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { CommandContext } from '../../../events/handle-command.js';
import { LEASES } from '../../../kernel/lease.js';
import type { Leases } from '../../../kernel/lease.js';
import { findStore } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ConfiguredStore, ImageStores } from '../../../stores/image-store.js';
import { ImageGone } from '../domain/image.errors.js';
import type { StoredImageData } from '../domain/image.commands.js';
import type { ImageState } from '../domain/image-state.js';
import { contextOf } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { ImageDataReceiver } from './image-data.receiver.js';
import { claimDurationMs, UploadClaim } from './upload-claim.js';
import { UploadsInFlight } from './uploads-in-flight.js';

type ImageUpload = Readonly<{
  imageId: string;
  source: Readable;
  /** Id of the store to write to; null: the default one. */
  storeId: string | null;
  /** What the client announced; null when it did not. */
  expectedBytes: number | null;
}>;

/** An upload that has claimed its image. */
type Claimed = Readonly<{
  upload: ImageUpload;
  uploadId: string;
  image: ImageState;
  store: ConfiguredStore;
  context: CommandContext;
  claim: UploadClaim;
  /** Aborts when the claim is lost or the process must stop. */
  signal: AbortSignal;
}>;

/**
 * Receives the data of an image: claim, stream into the store, commit. Whatever fails, the image is queued again and the
 * bytes are gone; if this process dies, the claim's lease runs out and the scrubber does the same.
 */
@Injectable()
export class UploadImageHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly receiver: ImageDataReceiver,
    private readonly inFlight: UploadsInFlight,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * @throws StoreUnknown, the refusals of StartUpload and of ImageDataReceiver, ImageGone when the image was deleted
   *   meanwhile, ImageUploadSuperseded when the claim was lost
   */
  async upload(upload: ImageUpload, request: ClientRequest): Promise<void> {
    const store = findStore(this.stores, upload.storeId);
    await this.inFlight.run((stopping) => this.claim(upload, store, request, stopping));
  }

  private async claim(
    upload: ImageUpload,
    store: ConfiguredStore,
    request: ClientRequest,
    stopping: AbortSignal,
  ): Promise<void> {
    const uploadId = randomUUIDv7();
    const claim = await UploadClaim.take(this.leases, uploadId, claimDurationMs(this.config.uploads.leaseS));
    try {
      const command = { type: 'StartUpload', imageId: upload.imageId, uploadId, store: store.id } as const;
      const context = contextOf(request);
      const { state: image } = await this.images.handle(command, context, (state) =>
        this.authorization.authorize(request.caller, command, state),
      );
      const signal = AbortSignal.any([stopping, claim.signal]);
      await this.receive({ upload, uploadId, image, store, context, claim, signal });
    } finally {
      await claim.release();
    }
  }

  private async receive(claimed: Claimed): Promise<void> {
    const { upload, uploadId, image, store, claim, signal } = claimed;
    let stored: StoredImageData | undefined;
    try {
      const beforeCommit = (): Promise<void> => claim.keep();
      stored = await this.receiver.receive({ ...upload, uploadId, image, store, signal, beforeCommit });
      await claim.keep(); // the last step of a slow store may have taken long
      const command = { type: 'StoreUploadedData', imageId: upload.imageId, uploadId, ...stored } as const;
      await this.images.handle(command, claimed.context);
    } catch (error) {
      await this.giveUp(claimed, stored?.location.url, error);
    }
  }

  /**
   * Removes what the upload stored, then fails it. Returns when it has succeeded after all: then its commit had reached the
   * log, and only the answer was lost.
   * @throws ImageGone when the image was deleted meanwhile, ImageUploadSuperseded when the claim was lost, else the cause
   */
  private async giveUp(claimed: Claimed, storedUrl: string | undefined, cause: unknown): Promise<void> {
    const { upload, uploadId, context } = claimed;
    const { imageId } = upload;
    // First of all: an image that is queued must not have bytes in its place if this process dies here.
    if (storedUrl !== undefined) await this.removeUncommitted(claimed, storedUrl);
    const reason = cause instanceof Error ? cause.message : String(cause);
    const failure = { type: 'FailUpload', imageId, uploadId, reason, leaves: 'queued' } as const;
    const { state } = await this.images.handle(failure, context);
    if (state.locations.some(({ url }) => url === storedUrl)) return;
    if (state.status === 'deleted') throw new ImageGone(`Image ${imageId} was deleted during the upload`, { imageId });
    throw cause;
  }

  /**
   * @throws ImageUploadSuperseded when the claim was lost: then the bytes have been removed already, and what stands in
   *   their place may be another upload's
   */
  private async removeUncommitted({ upload, store, claim }: Claimed, storedUrl: string): Promise<void> {
    await claim.keep();
    const { locations } = await this.images.stateOf(upload.imageId);
    if (!locations.some(({ url }) => url === storedUrl)) await store.driver.delete(storedUrl);
  }
}
