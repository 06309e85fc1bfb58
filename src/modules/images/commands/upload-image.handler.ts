import { randomUUIDv7 } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { CommandContext } from '../../../events/handle-command.js';
import { LEASES } from '../../../kernel/lease.js';
import type { Leases } from '../../../kernel/lease.js';
import { IMAGE_READ_MODEL } from '../../../projections/images/image-details.read-model.js';
import type { ImageReadModel } from '../../../projections/images/image-details.read-model.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ConfiguredStore, ImageStores, StoredData } from '../../../stores/image-store.js';
import { IngestPipeline } from '../../../stores/ingest/ingest-pipeline.js';
import type { Ingest } from '../../../stores/ingest/ingest-pipeline.js';
import { findStore } from '../../../stores/configured-stores.js';
import type { StoredImageData } from '../domain/image.commands.js';
import { ImageGone } from '../domain/image.errors.js';
import { contextOf } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { claimDurationMs, UploadClaim } from './upload-claim.js';
import { UploadsInFlight } from './uploads-in-flight.js';

export type ImageUpload = Readonly<{
  imageId: string;
  source: Readable;
  /** Id of the store to write to; null: the default one. */
  storeId: string | null;
  /** What the client announced; null when it did not. */
  expectedBytes: number | null;
}>;

type Claimed = Readonly<{
  upload: ImageUpload;
  uploadId: string;
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
export class UploadImageHandler implements OnApplicationShutdown {
  private readonly ingest: IngestPipeline;

  constructor(
    private readonly images: ImageCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly inFlight: UploadsInFlight,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(IMAGE_READ_MODEL) private readonly readModel: ImageReadModel,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {
    this.ingest = new IngestPipeline({ hashAlgorithm: config.hashingAlgorithm });
  }

  /**
   * @throws StoreUnknown, the refusals of StartUpload, SizeLimitExceeded, SizeMismatch, UploadAborted, the store's errors,
   *   ImageGone when the image was deleted meanwhile, ImageUploadSuperseded when the claim was lost
   */
  async upload(upload: ImageUpload, request: ClientRequest): Promise<void> {
    const store = findStore(this.stores, upload.storeId);
    await this.inFlight.run((stopping) => this.claim(upload, store, request, stopping));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.ingest.close();
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
      const { state } = await this.images.handle(command, context, (image) =>
        this.authorization.authorize(request.caller, command, image),
      );
      const signal = AbortSignal.any([stopping, claim.signal]);
      await this.receive({ upload, uploadId, store, context, claim, signal }, state.owner);
    } finally {
      await claim.release();
    }
  }

  private async receive(claimed: Claimed, owner: string | null): Promise<void> {
    const { imageId } = claimed.upload;
    let stored: StoredData | undefined;
    try {
      const ingest = await this.ingestFor(claimed, owner);
      stored = await this.put(claimed, ingest);
      const data = await describe(claimed.store, stored, ingest);
      const command = { type: 'StoreUploadedData', imageId, uploadId: claimed.uploadId, ...data } as const;
      await this.images.handle(command, claimed.context);
    } catch (error) {
      await this.giveUp(claimed, stored, error);
    }
  }

  private async ingestFor({ upload, signal }: Claimed, owner: string | null): Promise<Ingest> {
    const limits = { maxBytes: await this.allowance(owner), expectedBytes: upload.expectedBytes };
    return this.ingest.ingest(upload.source, limits, signal);
  }

  private put({ upload, uploadId, store, claim, signal }: Claimed, ingest: Ingest): Promise<StoredData> {
    return store.driver.put(upload.imageId, uploadId, ingest.data, signal, () => claim.keep());
  }

  /** Bytes that this upload may have: the cap of one image, and what is left of the owner's quota. */
  private async allowance(owner: string | null): Promise<number> {
    const { imageSizeCapBytes, userStorageBytes } = this.config.quotas;
    if (userStorageBytes === 0 || owner === null) return imageSizeCapBytes;
    const used = await this.readModel.storageUsedBy(owner);
    return Math.min(imageSizeCapBytes, Math.max(0, userStorageBytes - used));
  }

  /**
   * Fails the upload and removes what it stored. Returns when it has succeeded after all: then its commit had reached the
   * log, and only the answer was lost.
   * @throws ImageGone when the image was deleted meanwhile, else the cause
   */
  private async giveUp(claimed: Claimed, stored: StoredData | undefined, cause: unknown): Promise<void> {
    const { upload, uploadId, store, context } = claimed;
    const { imageId } = upload;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const { state } = await this.images.handle(
      { type: 'FailUpload', imageId, uploadId, reason, leaves: 'queued' },
      context,
    );
    if (stored !== undefined && state.locations.some(({ url }) => url === stored.url)) return;
    if (stored !== undefined) await store.driver.delete(stored.url);
    if (state.status === 'deleted') throw new ImageGone(`Image ${imageId} was deleted during the upload`, { imageId });
    throw cause;
  }
}

async function describe(store: ConfiguredStore, stored: StoredData, ingest: Ingest): Promise<StoredImageData> {
  const { sizeBytes, checksum, hashAlgorithm, hashValue } = await ingest.digest;
  const location = { store: store.id, url: stored.url, metadata: stored.metadata };
  return { location, sizeBytes, virtualSizeBytes: null, checksum, hashAlgorithm, hashValue };
}
