import type { JsonObject } from '../../kernel/json.js';
import type { ImageDetails, ImageMember } from '../../projections/images/image-details.read-model.js';
import { notDeleted, wholeSeconds } from './notification.js';

/** An image as Glance tells of it: never its locations, which may lead to its data. */
export const imagePayload = (image: ImageDetails, namesStores: boolean): JsonObject => ({
  id: image.id,
  name: image.name,
  status: image.status,
  created_at: wholeSeconds(image.createdAt),
  updated_at: wholeSeconds(image.updatedAt),
  min_disk: image.minDiskGb,
  min_ram: image.minRamMb,
  protected: image.protected,
  checksum: image.checksum,
  owner: image.owner,
  disk_format: image.diskFormat,
  container_format: image.containerFormat,
  size: image.sizeBytes,
  virtual_size: image.virtualSizeBytes,
  is_public: image.visibility === 'public',
  visibility: image.visibility,
  properties: { ...image.properties, ...importProperties(image, namesStores) },
  tags: image.tags,
  ...notDeleted,
});

/** As in the image's document: stores have names only where there are several. */
const importProperties = (image: ImageDetails, namesStores: boolean): JsonObject => {
  const { importTaskId, importingStores, failedStores } = image;
  const list = (stores: readonly string[]): string => (namesStores ? stores.join(',') : '');
  return {
    ...(importTaskId !== null && { os_glance_import_task: importTaskId }),
    ...(importingStores !== null && { os_glance_importing_to_stores: list(importingStores) }),
    ...(failedStores !== null && { os_glance_failed_import: list(failedStores) }),
  };
};

/** What is told beside the image when data comes. */
export const importLists = ({ importingStores, failedStores }: ImageDetails, namesStores: boolean): JsonObject => ({
  os_glance_importing_to_stores: namesStores ? (importingStores ?? []) : [],
  os_glance_failed_import: namesStores ? (failedStores ?? []) : [],
});

export const memberPayload = (imageId: string, member: ImageMember): JsonObject => ({
  image_id: imageId,
  member_id: member.memberId,
  status: member.status,
  created_at: wholeSeconds(member.createdAt),
  updated_at: wholeSeconds(member.updatedAt),
  ...notDeleted,
});
