import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { AddTag, ImageQuotas, RemoveTag } from './image.commands.js';
import { ImageTagMissing } from './image.errors.js';
import { mustBeLive } from './image-guards.js';
import { mustFitQuota } from './image-quotas.js';
import type { ImageState } from './image-state.js';

/** Each tag once, where it stood first. */
export const distinctTags = (tags: readonly string[]): string[] => [...new Set(tags)];

/**
 * The list that takes the place of `current`. A list that is over the quota, which must have shrunk then, may get shorter.
 * @throws ImageQuotaExceeded
 */
export const replacementTags = (
  wanted: readonly string[],
  current: readonly string[],
  quotas: ImageQuotas,
): readonly string[] => {
  const tags = distinctTags(wanted);
  if (tags.length >= current.length) mustFitQuota('tags', tags.length, quotas);
  return tags;
};

export const addTag = (command: AddTag, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  const { tag, quotas } = command;
  if (state.tags.includes(tag)) return [];
  mustFitQuota('tags', state.tags.length + 1, quotas);
  return [{ type: 'ImageTagAdded', schemaVersion: 1, data: { tag } }];
};

export const removeTag = (command: RemoveTag, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  const { imageId, tag } = command;
  if (!state.tags.includes(tag)) throw new ImageTagMissing(`Image ${imageId} has no tag ${tag}.`, { imageId, tag });
  return [{ type: 'ImageTagRemoved', schemaVersion: 1, data: { tag } }];
};
