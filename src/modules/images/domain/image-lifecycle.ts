import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { CreateImage, DeleteImage } from './image.commands.js';
import { ImageDeletionRefused, ImageIdTaken, ImageProtected } from './image.errors.js';
import { mustBeLive } from './image-guards.js';
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
  const { imageId, scrubAfter, evenDeactivated = false, now } = command;
  if (state.protected) throw new ImageProtected(`Image ${imageId} is protected and cannot be deleted.`, { imageId });
  if (scrubAfter === null || !hasData(state) || (evenDeactivated && state.status === 'deactivated')) {
    return [{ type: 'ImageDeleted', schemaVersion: 1, data: { deletedAt: now } }];
  }
  mustBeSchedulable(command, state);
  return [{ type: 'ImageDeletionScheduled', schemaVersion: 1, data: { deletedAt: now, scrubAfter } }];
};

/** What an import has stored so far is nobody's data yet, and what a queued image names is not its data. */
const hasData = ({ status, locations }: ImageState): boolean =>
  status !== 'importing' && status !== 'queued' && locations.length > 0;

/** Restoring leads to `active`, so only an active image may wait for its scrubbing: a deactivated one would be let loose. */
const mustBeSchedulable = ({ imageId }: DeleteImage, { status }: ImageState): void => {
  if (status === 'active') return;
  throw new ImageDeletionRefused(`Image ${imageId} cannot be scheduled for deletion while its status is ${status}.`, {
    imageId,
    status,
  });
};
