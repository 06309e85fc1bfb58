import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { mebibytes, UnifiedLimits } from '../../../limits/unified-limits.js';
import type { StoredData } from '../../../stores/image-store.js';
import { Intakes } from '../../../stores/ingest/intakes.js';
import { STAGING_AREA } from '../../../stores/staging/staging-area.js';
import type { StagingArea } from '../../../stores/staging/staging-area.js';
import { StoreUnavailable } from '../../../stores/stores.errors.js';
import { ClaimedTransfer } from './claimed-transfer.js';
import type { ClientRequest } from './client-command.handler.js';

type ImageStaging = Readonly<{
  imageId: string;
  source: Readable;
  /** What the client announced; null when it did not. */
  expectedBytes: number | null;
}>;

/** Receives the data of an image into the staging area, where it waits for its import: only then it is judged and hashed. */
@Injectable()
export class StageImageHandler {
  private readonly intakes = new Intakes([]);

  constructor(
    private readonly transfers: ClaimedTransfer,
    private readonly limits: UnifiedLimits,
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  /**
   * @throws LimitExceeded, SizeLimitExceeded, SizeMismatch, UploadAborted, StoreUnavailable, and what ClaimedTransfer and the staging area
   *   refuse with
   */
  async stage({ imageId, source, expectedBytes }: ImageStaging, request: ClientRequest): Promise<void> {
    const { projectId } = request.caller;
    await this.limits.mustAllow(projectId, 'image_stage_total', mebibytes(expectedBytes));
    const { store } = this.staging;
    if (!store.capabilities.has('write')) throw new StoreUnavailable('The staging area cannot be written to');
    const limits = { maxBytes: this.config.quotas.imageSizeCapBytes, expectedBytes };
    await this.transfers.run<StoredData>(
      {
        imageId,
        start: (uploadId) => ({ type: 'StartStaging', imageId, uploadId }),
        receive: async ({ uploadId, signal, beforeCommit }) => {
          await this.limits.mustAllow(projectId, 'image_count_uploading', 0); // the image is counted already
          const { data } = this.intakes.open(source, limits, signal);
          return store.put(imageId, uploadId, data, signal, beforeCommit, expectedBytes);
        },
        complete: (uploadId, { sizeBytes }) => ({ type: 'CompleteStaging', imageId, uploadId, sizeBytes }),
        fail: (uploadId, reason) => ({ type: 'FailStaging', imageId, uploadId, reason }),
        remove: ({ url }) => store.delete(url),
      },
      request,
    );
  }
}
