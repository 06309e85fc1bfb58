import { encodeDocument } from './image-document.codec.js';
import type { ImageDetails } from './image-details.read-model.js';
import type { ImagesTable, ImageTables } from './image-tables.js';
import { propertyTrait, tagTrait } from './image-traits.js';

/** Never listed, whoever asks. */
const UNLISTED: readonly string[] = ['deleted', 'pending_delete', 'killed'];
const UNLISTED_KEY = 2;

/** The list that shows what is hidden, or the one that shows the others. */
export const listingKey = (hidden: boolean): number => Number(hidden);

const listingOf = ({ status, hidden }: ImageDetails): number =>
  UNLISTED.includes(status) ? UNLISTED_KEY : listingKey(hidden);

/** What a document puts into the table of images. */
export const imageRow = (image: ImageDetails): ImagesTable => ({
  ...imageColumns(image),
  document: encodeDocument(image),
});

/** All but the document itself. */
export const imageColumns = (image: ImageDetails): Omit<ImagesTable, 'document'> => ({
  id: image.id,
  revision: image.revision,
  owner: image.owner,
  name: image.name,
  name_key: image.name ?? '',
  status: image.status,
  visibility: image.visibility,
  protected: Number(image.protected),
  listing: listingOf(image),
  disk_format: image.diskFormat,
  container_format: image.containerFormat,
  size: image.sizeBytes,
  size_key: image.sizeBytes ?? 0,
  virtual_size: image.virtualSizeBytes,
  min_disk: image.minDiskGb,
  min_ram: image.minRamMb,
  checksum: image.checksum,
  hash_algo: image.hashAlgorithm,
  hash_value: image.hashValue,
  created_at: Date.parse(image.createdAt),
  updated_at: Date.parse(image.updatedAt),
});

export const traitRows = (image: ImageDetails): readonly ImageTables['image_traits'][] => {
  const seen = { owner: image.owner ?? '', visibility: image.visibility, listing: listingOf(image) };
  const row = { ...seen, created_at: Date.parse(image.createdAt), image_id: image.id };
  const properties = Object.entries(image.properties).map(([name, value]) => propertyTrait(name, value));
  return [...properties, ...image.tags.map(tagTrait)].map((trait) => ({ trait, ...row }));
};

/** As long as these are the same, an image has the same rows of traits. */
export const sourcesOfTraits = (image: ImageDetails): readonly unknown[] => [
  image.properties,
  image.tags,
  image.owner,
  image.visibility,
  listingOf(image),
];

export const memberRows = (image: ImageDetails): readonly ImageTables['image_members'][] =>
  image.members.map(({ memberId, status }) => ({
    image_id: image.id,
    member_id: memberId,
    status,
    effective: Number(image.visibility === 'shared' && image.owner !== memberId),
    listing: listingOf(image),
    name_key: image.name ?? '',
    size_key: image.sizeBytes ?? 0,
    created_at: Date.parse(image.createdAt),
  }));

/** As long as these are the same, an image has the same rows of members. */
export const sourcesOfMembers = (image: ImageDetails): readonly unknown[] => [
  image.members,
  image.owner,
  image.name,
  image.sizeBytes,
  image.visibility,
  listingOf(image),
];
