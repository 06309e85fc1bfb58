import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { CreateImage, DeleteImage, RestoreImage, ScrubImage } from './image.commands.js';
import { ImageDeletionRefused, ImageIdTaken, ImageProtected } from './image.errors.js';
import { mustBeLive, mustHaveExisted, mustHaveStatus } from './image-guards.js';
import { countsAsProperty, mustFitQuota } from './image-quotas.js';
import type { ImageState } from './image-state.js';
import { distinctTags } from './image-tags.js';

export const createImage = (command: CreateImage, state: ImageState): ImageEvent[] => {
  const { imageId, description, quotas, now } = command;
  if (state.status !== 'absent') throw new ImageIdTaken(`Image ID ${imageId} already exists!`, { imageId });
  const tags = distinctTags(description.tags);
  mustFitQuota('tags', tags.length, quotas);
  mustFitQuota('properties', Object.keys(description.properties).filter(countsAsProperty).length, quotas);
  return [
    {
      type: 'ImageCreated',
      schemaVersion: 1,
      data: {
        imageId,
        owner: description.owner,
        name: description.name,
        visibility: description.visibility,
        protected: description.protected,
        hidden: description.hidden,
        diskFormat: description.diskFormat,
        containerFormat: description.containerFormat,
        minDiskGb: description.minDiskGb,
        minRamMb: description.minRamMb,
        properties: { ...description.properties },
        tags,
        createdAt: now,
      },
    },
  ];
};

export const deleteImage = (command: DeleteImage, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  const { imageId, scrubAfter, now } = command;
  if (state.protected) throw new ImageProtected(`Image ${imageId} is protected and cannot be deleted.`, { imageId });
  if (scrubAfter === null || state.locations.length === 0) {
    return [{ type: 'ImageDeleted', schemaVersion: 1, data: { deletedAt: now } }];
  }
  mustBeSchedulable(command, state);
  return [{ type: 'ImageDeletionScheduled', schemaVersion: 1, data: { deletedAt: now, scrubAfter } }];
};

/** Restoring leads to `active`, so only an active image may wait for its scrubbing: a deactivated one would be let loose. */
const mustBeSchedulable = ({ imageId }: DeleteImage, { status }: ImageState): void => {
  if (status === 'active') return;
  throw new ImageDeletionRefused(`Image ${imageId} cannot be scheduled for deletion while its status is ${status}.`, {
    imageId,
    status,
  });
};

export const restoreImage = (command: RestoreImage, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  mustHaveStatus(command, state, ['pending_delete'], 'be restored');
  return [{ type: 'ImageRestored', schemaVersion: 1, data: {} }];
};

export const scrubImage = (command: ScrubImage, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  mustHaveStatus(command, state, ['pending_delete', 'deleted'], 'be scrubbed');
  if (state.status === 'deleted' && state.locations.length === 0) return [];
  return [{ type: 'ImageScrubbed', schemaVersion: 1, data: { scrubbedAt: command.now } }];
};
