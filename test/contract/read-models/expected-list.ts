import type {
  ImageDetails,
  ImageFilter,
  ImageListQuery,
  ImageSortKey,
} from '../../../src/projections/images/image-details.read-model.js';

/** The rules of a list said once more, without any thought of speed. */
export const expectedList = (images: readonly ImageDetails[], query: ImageListQuery): readonly ImageDetails[] =>
  images
    .filter((image) => !['deleted', 'pending_delete', 'killed'].includes(image.status))
    .filter((image) => image.hidden === query.hidden)
    .filter((image) => isVisible(image, query))
    .filter((image) => query.filters.every((filter) => matches(image, filter)))
    .filter((image) => query.after === null || compare(image, query.after, query.sort) > 0)
    .sort((one, other) => compare(one, other, query.sort))
    .slice(0, query.limit);

const isVisible = (image: ImageDetails, { viewer, visibility, memberStatus }: ImageListQuery): boolean => {
  const own = viewer.projectId !== null && image.owner === viewer.projectId;
  if (visibility === 'default' && image.visibility === 'community' && !own) return false;
  if (visibility !== 'default' && visibility !== 'all' && image.visibility !== visibility) return false;
  if (viewer.isAdmin || own || image.visibility === 'public' || image.visibility === 'community') return true;
  if (image.visibility !== 'shared') return false;
  const membership = image.members.find(({ memberId }) => memberId === viewer.projectId);
  return membership !== undefined && (memberStatus === 'all' || membership.status === memberStatus);
};

const EQUAL_FIELDS = {
  name: 'name',
  id: 'id',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
  owner: 'owner',
  checksum: 'checksum',
  os_hash_algo: 'hashAlgorithm',
  os_hash_value: 'hashValue',
} as const;
const RANGE_FIELDS = {
  size: 'sizeBytes',
  virtual_size: 'virtualSizeBytes',
  min_ram: 'minRamMb',
  min_disk: 'minDiskGb',
} as const;

const matches = (image: ImageDetails, filter: ImageFilter): boolean => {
  switch (filter.kind) {
    case 'equals': {
      const value = image[EQUAL_FIELDS[filter.column]];
      return value !== null && filter.values.includes(value);
    }
    case 'range': {
      const value = image[RANGE_FIELDS[filter.column]];
      return value !== null && value >= (filter.min ?? -Infinity) && value <= (filter.max ?? Infinity);
    }
    case 'time':
      return matchesTime(filter.column === 'created_at' ? image.createdAt : image.updatedAt, filter);
    case 'protected':
      return image.protected === filter.value;
    case 'tag':
      return image.tags.includes(filter.tag);
    case 'property':
      return new Map(Object.entries(image.properties)).get(filter.name) === filter.value;
  }
};

const matchesTime = (time: string, { operator, at }: Extract<ImageFilter, { kind: 'time' }>): boolean => {
  const [shown, asked] = [time.slice(0, 19), at.toISOString().slice(0, 19)];
  return {
    eq: shown === asked,
    neq: shown !== asked,
    gt: shown > asked,
    gte: shown >= asked,
    lt: shown < asked,
    lte: shown <= asked,
  }[operator];
};

const compare = (one: ImageDetails, other: ImageDetails, sort: ImageListQuery['sort']): number => {
  for (const { key, direction } of sort) {
    const difference = compareValues(valueOf(one, key), valueOf(other, key));
    if (difference !== 0) return direction === 'asc' ? difference : -difference;
  }
  return 0;
};

const valueOf = (image: ImageDetails, key: ImageSortKey): string | number =>
  ({
    name: image.name ?? '',
    status: image.status,
    container_format: image.containerFormat ?? '',
    disk_format: image.diskFormat ?? '',
    size: image.sizeBytes ?? 0,
    id: image.id,
    created_at: image.createdAt,
    updated_at: image.updatedAt,
  })[key];

/** Text compares byte by byte, as it does in the database. */
const compareValues = (one: string | number, other: string | number): number =>
  typeof one === 'number' ? one - Number(other) : Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
