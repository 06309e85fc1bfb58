import type { ImageEvent } from '../../../events/contracts/image-events.js';
import {
  withImportedData,
  withoutImport,
  withoutPendingStore,
  withRequestedImport,
  withRevertedImport,
  withStartedImport,
} from './image-import-transitions.js';
import {
  created,
  scrubbed,
  withDetails,
  withKeptLocation,
  withLocation,
  withLocationImported,
  withLocationMetadata,
  withMember,
  withoutData,
  withoutLocationImport,
  withoutMember,
  withoutRemoval,
  withProperties,
  withRemovedLocation,
  withStoredData,
  withVerifiedLocation,
} from './image-transitions.js';
import type { ImageState } from './image-state.js';

/** What an image is after an event. Never refuses: what happened, happened. */
// eslint-disable-next-line complexity -- one case per event; the compiler checks that none is missing
export const evolveImage = (state: ImageState, event: ImageEvent): ImageState => {
  switch (event.type) {
    case 'ImageCreated':
      return created(event.data);
    case 'ImageDetailsChanged':
      return withDetails(state, event.data);
    case 'ImagePropertiesChanged':
      return withProperties(state, event.data);
    case 'ImageVisibilityChanged':
      return { ...state, visibility: event.data.visibility };
    case 'ImageProtectionChanged':
      return { ...state, protected: event.data.protected };
    case 'ImageHiddenChanged':
      return { ...state, hidden: event.data.hidden };
    case 'ImageOwnerChanged':
      return { ...state, owner: event.data.owner };
    case 'ImageTagAdded':
      return { ...state, tags: [...state.tags, event.data.tag] };
    case 'ImageTagRemoved':
      return { ...state, tags: state.tags.filter((tag) => tag !== event.data.tag) };
    case 'ImageTagsReplaced':
      return { ...state, tags: event.data.tags };
    case 'ImageMemberAdded':
    case 'ImageMembershipReset':
      return withMember(state, event.data.memberId, 'pending');
    case 'ImageMemberAccepted':
      return withMember(state, event.data.memberId, 'accepted');
    case 'ImageMemberRejected':
      return withMember(state, event.data.memberId, 'rejected');
    case 'ImageMemberRemoved':
      return withoutMember(state, event.data.memberId);
    case 'ImageUploadStarted':
      return { ...state, status: 'saving', uploadId: event.data.uploadId, uploadStore: event.data.store };
    case 'ImageDataStored':
      return withStoredData(state, event.data);
    case 'ImageUploadFailed':
      return withoutData(state, event.data.status);
    case 'ImageStagingStarted':
      return { ...state, status: 'uploading', uploadId: event.data.uploadId };
    case 'ImageDataStaged':
      return { ...state, uploadId: null, sizeBytes: event.data.sizeBytes };
    case 'ImageStagingFailed':
      return withoutData(state, 'queued');
    case 'ImageImportRequested':
      return withRequestedImport(state, event.data);
    case 'ImageImportStarted':
      return withStartedImport(state, event.data);
    case 'ImageImportedToStore':
      return withImportedData(state, event.data);
    case 'ImageImportToStoreFailed':
      return withoutPendingStore(state, event.data.store);
    case 'ImageImportToStoreReverted':
      return withRevertedImport(state, event.data);
    case 'ImageImportActivated':
      return { ...state, status: 'active' };
    case 'ImageImportCompleted':
      return { ...state, import: null };
    case 'ImageImportFailed':
      return withoutImport(state, event.data);
    case 'ImageLocationAdded':
      return withLocation(state, event.data);
    case 'ImageLocationRemoved':
      return withRemovedLocation(state, event.data);
    case 'ImageLocationDataRemoved':
      return withoutRemoval(state, event.data.url);
    case 'ImageLocationDataKept':
      return withKeptLocation(state, event.data);
    case 'ImageLocationsRearranged':
      return { ...state, locations: event.data.locations };
    case 'ImageLocationImportRequested':
      return { ...state, locationImport: { ...event.data, location: null } };
    case 'ImageLocationVerificationStarted':
      return withVerifiedLocation(state, event.data);
    case 'ImageLocationImportCompleted':
      return withLocationImported(state, event.data);
    case 'ImageLocationImportFailed':
      return withoutLocationImport(state, event.data);
    case 'ImageLocationMetadataChanged':
      return withLocationMetadata(state, event.data);
    case 'ImageDeactivated':
      return { ...state, status: 'deactivated' };
    case 'ImageReactivated':
    case 'ImageRestored':
      return { ...state, status: 'active' };
    case 'ImageDeleted':
      return { ...state, status: 'deleted' };
    case 'ImageDeletionScheduled':
      return { ...state, status: 'pending_delete' };
    case 'ImageScrubbingStarted':
      return { ...state, scrubbing: true };
    case 'ImageScrubbed':
      return scrubbed(state);
  }
};
