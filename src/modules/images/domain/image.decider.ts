import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { Decider } from '../../../kernel/decider.js';
import { deactivateImage, reactivateImage } from './image-activation.js';
import { changeImage } from './image-changes.js';
import { requestImport } from './image-import-requests.js';
import { failImportToStore, importToStore, revertImportToStore } from './image-import-stores.js';
import { completeImport, describeImport, failImport, startImport } from './image-imports.js';
import { createImage, deleteImage } from './image-lifecycle.js';
import {
  completeLocationImport,
  failLocationImport,
  requestLocationImport,
  startLocationImport,
} from './image-location-imports.js';
import { completeLocationRemoval, removeFromStore, removeLocation, undoLocationRemoval } from './image-locations.js';
import { addMember, removeMember, setMemberStatus } from './image-members.js';
import { revertImage } from './image-reversion.js';
import { restoreImage, scrubImage, startScrubbing } from './image-scrubbing.js';
import { completeStaging, failStaging, startStaging } from './image-staging.js';
import { absentImage } from './image-state.js';
import type { ImageState } from './image-state.js';
import { addTag, removeTag } from './image-tags.js';
import { failUpload, startUpload, storeUploadedData } from './image-uploads.js';
import type { ImageCommand } from './image.commands.js';
import { evolveImage } from './image.evolve.js';

// eslint-disable-next-line complexity -- one case per command; the compiler checks that none is missing
const decideImage = (command: ImageCommand, state: ImageState): ImageEvent[] => {
  switch (command.type) {
    case 'CreateImage':
      return createImage(command, state);
    case 'ChangeImage':
      return changeImage(command, state);
    case 'RevertImage':
      return revertImage(command, state);
    case 'AddTag':
      return addTag(command, state);
    case 'RemoveTag':
      return removeTag(command, state);
    case 'AddMember':
      return addMember(command, state);
    case 'SetMemberStatus':
      return setMemberStatus(command, state);
    case 'RemoveMember':
      return removeMember(command, state);
    case 'StartUpload':
      return startUpload(command, state);
    case 'StoreUploadedData':
      return storeUploadedData(command, state);
    case 'FailUpload':
      return failUpload(command, state);
    case 'StartStaging':
      return startStaging(command, state);
    case 'CompleteStaging':
      return completeStaging(command, state);
    case 'FailStaging':
      return failStaging(command, state);
    case 'RequestImport':
      return requestImport(command, state);
    case 'StartImport':
      return startImport(command, state);
    case 'DescribeImport':
      return describeImport(command, state);
    case 'ImportToStore':
      return importToStore(command, state);
    case 'FailImportToStore':
      return failImportToStore(command, state);
    case 'RevertImportToStore':
      return revertImportToStore(command, state);
    case 'CompleteImport':
      return completeImport(command, state);
    case 'FailImport':
      return failImport(command, state);
    case 'RemoveLocation':
      return removeLocation(command, state);
    case 'RemoveFromStore':
      return removeFromStore(command, state);
    case 'CompleteLocationRemoval':
      return completeLocationRemoval(command, state);
    case 'UndoLocationRemoval':
      return undoLocationRemoval(command, state);
    case 'RequestLocationImport':
      return requestLocationImport(command, state);
    case 'StartLocationImport':
      return startLocationImport(command, state);
    case 'CompleteLocationImport':
      return completeLocationImport(command, state);
    case 'FailLocationImport':
      return failLocationImport(command, state);
    case 'DeactivateImage':
      return deactivateImage(command, state);
    case 'ReactivateImage':
      return reactivateImage(command, state);
    case 'DeleteImage':
      return deleteImage(command, state);
    case 'RestoreImage':
      return restoreImage(command, state);
    case 'StartScrubbing':
      return startScrubbing(command, state);
    case 'ScrubImage':
      return scrubImage(command, state);
  }
};

/** The life of one image, stream `image-<uuid>`: what may happen to it in which status, and what that makes of it. */
export const imageDecider: Decider<ImageState, ImageCommand, ImageEvent> = {
  initialState: absentImage,
  decide: decideImage,
  evolve: evolveImage,
  startsStream: ({ type }) => type === 'CreateImage',
};
