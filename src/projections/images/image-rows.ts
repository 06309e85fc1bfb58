import { createHash } from 'node:crypto';
import { encodeDocument } from './image-document.codec.js';
import type { ImageDetails } from './image-details.read-model.js';
import type { ImagesTable, ImageTables } from './image-tables.js';

const MAX_KEY_LENGTH = 255;

/** The text itself when it fits into an index of every database, else a digest of it: good for equality only. */
export const searchKey = (text: string): string =>
  text.length <= MAX_KEY_LENGTH ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** What a document puts into the table of images. */
export const imageRow = (image: ImageDetails): ImagesTable => ({
  id: image.id,
  revision: image.revision,
  owner: image.owner,
  name: image.name,
  name_key: image.name ?? '',
  status: image.status,
  visibility: image.visibility,
  protected: Number(image.protected),
  hidden: Number(image.hidden),
  disk_format: image.diskFormat,
  container_format: image.containerFormat,
  size: image.sizeBytes,
  virtual_size: image.virtualSizeBytes,
  min_disk: image.minDiskGb,
  min_ram: image.minRamMb,
  checksum: image.checksum,
  hash_algo: image.hashAlgorithm,
  hash_value: image.hashValue,
  created_at: Date.parse(image.createdAt),
  updated_at: Date.parse(image.updatedAt),
  document: encodeDocument(image),
});

export const propertyRows = ({ id, properties }: ImageDetails): readonly ImageTables['image_properties'][] =>
  Object.entries(properties).map(([name, value]) => ({
    image_id: id,
    name: searchKey(name),
    value: searchKey(value),
  }));

export const tagRows = ({ id, tags }: ImageDetails): readonly ImageTables['image_tags'][] =>
  tags.map((tag) => ({ image_id: id, tag: searchKey(tag) }));

export const memberRows = (image: ImageDetails): readonly ImageTables['image_members'][] =>
  image.members.map(({ memberId, status }) => ({
    image_id: image.id,
    member_id: memberId,
    status,
    effective: Number(image.visibility === 'shared' && image.owner !== memberId),
    hidden: Number(image.hidden),
    name_key: image.name ?? '',
    created_at: Date.parse(image.createdAt),
  }));
