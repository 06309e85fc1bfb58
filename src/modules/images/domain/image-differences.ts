import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { ImageDescription } from './image.commands.js';

/** The fewest events that lead from one description to another; none when both say the same. */
export const differences = (before: ImageDescription, after: ImageDescription): ImageEvent[] => [
  ...descriptionDifferences(before, after),
  ...accessChanged(before, after),
  ...tagsReplaced(before.tags, after.tags),
];

type Description = Omit<ImageDescription, 'owner' | 'visibility' | 'protected' | 'hidden' | 'tags'>;

/**
 * The differences in what describes the data.
 * @param importOf the task whose import found them out, if it was no client
 */
export const descriptionDifferences = (before: Description, after: Description, importOf?: string): ImageEvent[] => {
  const source = importOf === undefined ? {} : { taskId: importOf };
  return [...detailsChanged(before, after, source), ...propertiesChanged(before.properties, after.properties, source)];
};

type Source = Readonly<{ taskId?: string }>;

const detailsChanged = (before: Description, after: Description, source: Source): ImageEvent[] => {
  const data = {
    ...(before.name !== after.name && { name: after.name }),
    ...(before.diskFormat !== after.diskFormat && { diskFormat: after.diskFormat }),
    ...(before.containerFormat !== after.containerFormat && { containerFormat: after.containerFormat }),
    ...(before.minDiskGb !== after.minDiskGb && { minDiskGb: after.minDiskGb }),
    ...(before.minRamMb !== after.minRamMb && { minRamMb: after.minRamMb }),
  };
  if (Object.keys(data).length === 0) return [];
  return [{ type: 'ImageDetailsChanged', schemaVersion: 1, data: { ...data, ...source } }];
};

type Properties = ImageDescription['properties'];

const propertiesChanged = (before: Properties, after: Properties, source: Source): ImageEvent[] => {
  const changed = Object.entries(after).filter(
    ([name, value]) => !Object.hasOwn(before, name) || before[name] !== value,
  );
  const removed = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  if (changed.length === 0 && removed.length === 0) return [];
  const data = { set: Object.fromEntries(changed), removed, ...source };
  return [{ type: 'ImagePropertiesChanged', schemaVersion: 1, data }];
};

/** Each of these is a decision of its own that an audit asks for by name. */
const accessChanged = (before: ImageDescription, after: ImageDescription): ImageEvent[] => {
  const events: ImageEvent[] = [];
  if (before.visibility !== after.visibility) {
    events.push({ type: 'ImageVisibilityChanged', schemaVersion: 1, data: { visibility: after.visibility } });
  }
  if (before.protected !== after.protected) {
    events.push({ type: 'ImageProtectionChanged', schemaVersion: 1, data: { protected: after.protected } });
  }
  if (before.hidden !== after.hidden) {
    events.push({ type: 'ImageHiddenChanged', schemaVersion: 1, data: { hidden: after.hidden } });
  }
  if (before.owner !== after.owner) {
    events.push({ type: 'ImageOwnerChanged', schemaVersion: 1, data: { owner: after.owner } });
  }
  return events;
};

const tagsReplaced = (before: readonly string[], after: readonly string[]): ImageEvent[] => {
  const same = before.length === after.length && before.every((tag, index) => tag === after[index]);
  return same ? [] : [{ type: 'ImageTagsReplaced', schemaVersion: 1, data: { tags: [...after] } }];
};
