import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { presentTime } from '../../../http/present-time.js';
import type { JsonObject } from '../../../kernel/json.js';
import type { ImageDetails } from '../../../projections/images/image-details.read-model.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ImageSchema } from './schemas/image-schema.js';
import { heaviestFirst } from '../queries/heaviest-first.js';
import { LocationPresenter } from './location.presenter.js';

/** Gives images the form of the v2 API. Base properties win over custom ones of the same name. */
@Injectable()
export class ImagePresenter {
  private readonly locations: LocationPresenter;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(ImageSchema) private readonly schema: Pick<ImageSchema, 'nullable'> = { nullable: new Set() },
  ) {
    this.locations = new LocationPresenter(stores, config.stores.multiple);
  }

  present(image: ImageDetails, viewer: Caller): JsonObject {
    return {
      ...this.presentProperties(image),
      ...this.presentImport(image),
      name: image.name,
      disk_format: image.diskFormat,
      container_format: image.containerFormat,
      visibility: image.visibility,
      size: image.sizeBytes,
      virtual_size: image.virtualSizeBytes,
      status: image.status,
      checksum: image.checksum,
      protected: image.protected,
      min_ram: image.minRamMb,
      min_disk: image.minDiskGb,
      owner: image.owner,
      os_hidden: image.hidden,
      os_hash_algo: image.hashAlgorithm,
      os_hash_value: image.hashValue,
      id: image.id,
      created_at: presentTime(image.createdAt),
      updated_at: presentTime(image.updatedAt),
      ...this.presentLocations(image, viewer),
      tags: image.tags,
      self: `/v2/images/${image.id}`,
      file: `/v2/images/${image.id}/file`,
      schema: '/v2/schemas/image',
    };
  }

  private presentProperties({ properties }: ImageDetails): JsonObject {
    const { nullable } = this.schema;
    if (nullable.size === 0) return properties;
    return Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, value === '' && nullable.has(name) ? null : value]),
    );
  }

  /** How an import stands. Stores have names for clients only where there are several. */
  private presentImport({ importTaskId, importingStores, failedStores }: ImageDetails): JsonObject {
    const list = (stores: readonly string[]): string => (this.config.stores.multiple ? stores.join(',') : '');
    return {
      ...(importTaskId !== null && { os_glance_import_task: importTaskId }),
      ...(importingStores !== null && { os_glance_importing_to_stores: list(importingStores) }),
      ...(failedStores !== null && { os_glance_failed_import: list(failedStores) }),
    };
  }

  /** The heaviest store comes first; a deactivated image shows its locations to administrators only. */
  private presentLocations(image: ImageDetails, viewer: Caller): JsonObject {
    const { showMultipleLocations, showImageDirectUrl } = this.config.api;
    const visible = image.status === 'deactivated' && !viewer.isAdmin ? [] : image.locations;
    const sorted = heaviestFirst(this.stores, visible);
    const [best] = sorted;
    return {
      ...(showMultipleLocations && { locations: this.locations.present(sorted) }),
      ...(showImageDirectUrl && best && { direct_url: best.url }),
      ...(this.config.stores.multiple && best && { stores: this.locations.storesOf(sorted).join(',') }),
    };
  }
}
