import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { DeactivateImage, ReactivateImage } from './image.commands.js';
import { ImageActivationRefused } from './image.errors.js';
import { mustBeLive } from './image-guards.js';
import type { ImageState } from './image-state.js';

export const deactivateImage = (command: DeactivateImage, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  if (state.status === 'deactivated') return [];
  if (state.status !== 'active') throw refusal(command.imageId, state, 'deactivated');
  return [{ type: 'ImageDeactivated', schemaVersion: 1, data: {} }];
};

export const reactivateImage = (command: ReactivateImage, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  if (state.status === 'active') return [];
  if (state.status !== 'deactivated') throw refusal(command.imageId, state, 'reactivated');
  return [{ type: 'ImageReactivated', schemaVersion: 1, data: {} }];
};

const refusal = (imageId: string, { status }: ImageState, action: string): ImageActivationRefused =>
  new ImageActivationRefused(`Image ${imageId} cannot be ${action} while its status is ${status}.`, {
    imageId,
    status,
  });
