import { Inject, Injectable } from '@nestjs/common';
import { ImageStatusConflict } from '../../modules/images/domain/image.errors.js';
import { imageNotFound } from '../../modules/images/domain/image-guards.js';
import { IMAGE_READ_MODEL } from '../../projections/images/image-details.read-model.js';
import type { ImageDetails, ImageReadModel } from '../../projections/images/image-details.read-model.js';
import { IMAGE_STORES } from '../../stores/image-store.js';
import type { ImageStores } from '../../stores/image-store.js';
import { StoredImageBytes } from './import/import-data.js';
import type { ImportData } from './import/import-data.js';

/** An image whose data a task uses. */
export type SourceImage = Readonly<{ details: ImageDetails; data: ImportData }>;

/** Finds the images that tasks read from. Whether their users may was asked when the tasks were created. */
@Injectable()
export class SourceImages {
  constructor(
    @Inject(IMAGE_READ_MODEL) private readonly readModel: ImageReadModel,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /** @throws ImageNotFound, ImageStatusConflict unless the image is active */
  async find(imageId: string): Promise<SourceImage> {
    const details = await this.readModel.find(imageId);
    if (details === null) throw imageNotFound(imageId);
    const { status, locations, sizeBytes } = details;
    if (status !== 'active')
      throw new ImageStatusConflict(`Image ${imageId} has no data to give while its status is ${status}.`, {
        imageId,
        status,
      });
    return { details, data: new StoredImageBytes(this.stores, locations, sizeBytes ?? 0) };
  }
}
