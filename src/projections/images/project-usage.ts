import type { ImageDetails, ProjectUsage } from './image-details.read-model.js';

export const NO_USAGE: ProjectUsage = { images: 0, storedBytes: 0, stagedBytes: 0, uploading: 0 };

const UNCOUNTED: ReadonlySet<string> = new Set(['deleted', 'pending_delete']);
const STAGING: ReadonlySet<string> = new Set(['uploading', 'importing']);

/** What one image adds to the usage of its owner. */
export const usageOfImage = (image: ImageDetails | null): ProjectUsage => {
  if (image === null || UNCOUNTED.has(image.status)) return NO_USAGE;
  const { status, locations, importingStores } = image;
  const sizeBytes = image.sizeBytes ?? 0;
  const isImported = STAGING.has(status) || (importingStores !== null && importingStores.length > 0);
  return {
    images: 1,
    storedBytes: status === 'killed' ? 0 : sizeBytes * locations.length,
    stagedBytes: isImported ? sizeBytes : 0,
    uploading: isImported || status === 'saving' ? 1 : 0,
  };
};

export const addUsage = (usage: ProjectUsage, more: ProjectUsage, sign: 1 | -1 = 1): ProjectUsage => ({
  images: usage.images + sign * more.images,
  storedBytes: usage.storedBytes + sign * more.storedBytes,
  stagedBytes: usage.stagedBytes + sign * more.stagedBytes,
  uploading: usage.uploading + sign * more.uploading,
});

/** By how much usage changes with these images, by owner; owners whose usage stays the same are left out. */
export const usageChanges = (
  changes: readonly Readonly<{ before: ImageDetails | null; after: ImageDetails | null }>[],
): ReadonlyMap<string, ProjectUsage> => {
  const byOwner = new Map<string, ProjectUsage>();
  const count = (image: ImageDetails | null, sign: 1 | -1): void => {
    const owner = image?.owner ?? null;
    if (owner !== null) byOwner.set(owner, addUsage(byOwner.get(owner) ?? NO_USAGE, usageOfImage(image), sign));
  };
  for (const { before, after } of changes) {
    count(before, -1);
    count(after, 1);
  }
  return new Map([...byOwner].filter(([, usage]) => Object.values(usage).some((amount) => amount !== 0)));
};
