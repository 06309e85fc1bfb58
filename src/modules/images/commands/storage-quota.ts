import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { IMAGE_READ_MODEL } from '../../../projections/images/image-details.read-model.js';
import type { ImageReadModel } from '../../../projections/images/image-details.read-model.js';
import { ImageQuotaExceeded } from '../domain/image.errors.js';

/** What the images of one project may take in all stores together. */
@Injectable()
export class StorageQuota {
  constructor(
    @Inject(IMAGE_READ_MODEL) private readonly images: Pick<ImageReadModel, 'usageOf'>,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'quotas'>,
  ) {}

  /** Bytes that the owner may still store; Infinity without a quota. */
  async remainingBytes(owner: string | null): Promise<number> {
    const { userStorageBytes } = this.config.quotas;
    if (userStorageBytes === 0 || owner === null) return Infinity;
    const { storedBytes } = await this.images.usageOf(owner);
    return Math.max(0, userStorageBytes - storedBytes);
  }

  /** @throws ImageQuotaExceeded */
  async mustAllow(owner: string | null, sizeBytes: number): Promise<void> {
    const remainingBytes = await this.remainingBytes(owner);
    if (sizeBytes <= remainingBytes) return;
    throw new ImageQuotaExceeded(
      `Image exceeds the storage quota: The size of the data ${sizeBytes} will exceed the limit. ` +
        `${remainingBytes} bytes remaining.`,
      { kind: 'storage', attempted: sizeBytes, maximum: this.config.quotas.userStorageBytes },
    );
  }
}
