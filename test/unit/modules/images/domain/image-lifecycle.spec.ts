import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageActivationRefused,
  ImageDeletionRefused,
  ImageIdTaken,
  ImageNotFound,
  ImageProtected,
  ImageQuotaExceeded,
  ImageStatusConflict,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  dataStored,
  deactivated,
  deletionScheduled,
  IMAGE_ID,
  imageCreated,
  imageDeleted,
  imageLocation,
  imageRestored,
  imageScrubbed,
  importedToStore,
  importFailed,
  LATER,
  protectionChanged,
  reactivated,
  scrubbingStarted,
  uploadStarted,
} from '../../../../support/image-events.builder.js';
import {
  createImage,
  deactivateImage,
  deleteImage,
  deleteImageLater,
  quotas,
  reactivateImage,
  restoreImage,
  scrubImage,
  startScrubbing,
  startUpload,
} from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const {
  absent,
  queued,
  saving,
  importing,
  active,
  copying,
  pending_delete: pendingDelete,
  deleted,
  scrubbed,
} = imageHistories;

describe('creating an image', () => {
  it('records the whole description and the time', () => {
    given(imageDecider)
      .when(createImage({ name: null, tags: ['a'], properties: { os: 'linux' }, minRamMb: 512 }))
      .thenEvents(
        imageCreated({ name: null, tags: ['a'], properties: { os: 'linux' }, minRamMb: 512, createdAt: LATER }),
      );
  });

  it('lets equal tags collapse and keeps their order', () => {
    given(imageDecider)
      .when(createImage({ tags: ['b', 'a', 'b', 'c', 'a'] }))
      .thenEvents(imageCreated({ tags: ['b', 'a', 'c'], createdAt: LATER }));
  });

  it('counts a repeated tag once against the quota', () => {
    given(imageDecider)
      .when(createImage({ tags: ['a', 'b', 'a'] }, { quotas: quotas({ tags: 2 }) }))
      .thenEvents(imageCreated({ tags: ['a', 'b'], createdAt: LATER }));
  });

  it('refuses more tags than the quota allows', () => {
    const tags = Array.from({ length: 129 }, (_, index) => `tag-${index}`);
    given(imageDecider)
      .when(createImage({ tags }, { quotas: quotas({ tags: 128 }) }))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image tags. Attempted: 129, Maximum: 128',
        { attempted: 129, maximum: 128 },
      );
  });

  it('refuses more properties than the quota allows, not counting the bookkeeping of the service', () => {
    const properties = { a: '1', b: '2', os_glance_task: 't' };
    const atQuota = createImage({ properties }, { quotas: quotas({ properties: 2 }) });
    given(imageDecider)
      .when(atQuota)
      .thenEvents(imageCreated({ properties, createdAt: LATER }));
    given(imageDecider)
      .when(createImage({ properties }, { quotas: quotas({ properties: 1 }) }))
      .thenRejects(
        ImageQuotaExceeded,
        'The limit has been exceeded on the number of allowed image properties. Attempted: 2, Maximum: 1',
      );
  });

  it('takes a quota of zero as nothing allowed', () => {
    given(imageDecider)
      .when(createImage({ tags: ['a'] }, { quotas: quotas({ tags: 0 }) }))
      .thenRejects(ImageQuotaExceeded);
  });

  it('keeps properties with names that JavaScript objects inherit', () => {
    const properties = JSON.parse('{"__proto__": "p", "constructor": "c", "toString": "t"}') as Record<string, string>;
    const [event] = imageDecider.decide(createImage({ properties }), imageDecider.initialState);
    const state = fold(imageDecider, event === undefined ? [] : [event]);
    expect(Object.entries(state.properties)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
  });

  it('refuses an id that is in use, and one of a deleted image for ever', () => {
    const message = `Image ID ${IMAGE_ID} already exists!`;
    for (const history of [queued, active, pendingDelete, deleted, scrubbed]) {
      given(imageDecider, ...history)
        .when(createImage())
        .thenRejects(ImageIdTaken, message);
    }
  });
});

describe('deleting an image', () => {
  it('says which image was not found', () => {
    for (const history of [absent, pendingDelete, deleted]) {
      given(imageDecider, ...history)
        .when(deleteImage)
        .thenRejects(ImageNotFound, `No image found with ID ${IMAGE_ID}`, { imageId: IMAGE_ID });
    }
  });

  it('is final without a delay', () => {
    given(imageDecider, ...active)
      .when(deleteImage)
      .thenEvents(imageDeleted());
  });

  it('with a delay waits for the scrubber when there is data', () => {
    given(imageDecider, ...active)
      .when(deleteImageLater)
      .thenEvents(deletionScheduled());
  });

  it('with a delay is final when there is no data', () => {
    given(imageDecider, ...queued)
      .when(deleteImageLater)
      .thenEvents(imageDeleted());
  });

  it('with a delay is refused for a deactivated image, because restoring would make it active', () => {
    given(imageDecider, ...active, deactivated())
      .when(deleteImageLater)
      .thenRejects(ImageDeletionRefused, /status is deactivated/);
  });

  it('at once removes a deactivated image when the delay is not insisted on', () => {
    given(imageDecider, ...active, deactivated())
      .when({ ...deleteImageLater, evenDeactivated: true })
      .thenEvents(imageDeleted());
    given(imageDecider, ...active)
      .when({ ...deleteImageLater, evenDeactivated: true })
      .thenEvents(deletionScheduled());
  });

  it('with a delay is final for an image that is still being imported, whatever is stored so far', () => {
    given(imageDecider, ...importing, importedToStore())
      .when(deleteImageLater)
      .thenEvents(imageDeleted());
    given(imageDecider, ...importing, importedToStore())
      .when(deleteImageLater)
      .thenState({ locations: [imageLocation()] });
  });

  it('is refused while the image is protected, whatever else is wrong', () => {
    const message = `Image ${IMAGE_ID} is protected and cannot be deleted.`;
    for (const history of [queued, saving, active, [...active, deactivated()]]) {
      for (const command of [deleteImage, deleteImageLater]) {
        given(imageDecider, ...history, protectionChanged(true))
          .when(command)
          .thenRejects(ImageProtected, message);
      }
    }
  });

  it('works again when the protection was lifted', () => {
    given(imageDecider, ...active, protectionChanged(true), protectionChanged(false))
      .when(deleteImage)
      .thenEvents(imageDeleted());
  });

  it('remembers whose unfinished bytes to look for', () => {
    given(imageDecider, imageCreated(), uploadStarted('upload-9', 'fast'))
      .when(deleteImage)
      .thenState({ status: 'deleted', uploadId: 'upload-9', uploadStore: 'fast' });
  });
});

describe('restoring and scrubbing', () => {
  it('restores an image that waits for the scrubber, with its data', () => {
    given(imageDecider, ...pendingDelete)
      .when(restoreImage)
      .thenEvents(imageRestored());
    expect(fold(imageDecider, [...pendingDelete, imageRestored()])).toEqual(fold(imageDecider, active));
  });

  it('does not restore what was deleted for good', () => {
    given(imageDecider, ...deleted)
      .when(restoreImage)
      .thenRejects(
        ImageStatusConflict,
        'cannot restore the image from deleted to active (wanted from_state=pending_delete)',
        { status: 'deleted' },
      );
  });

  it('does not restore what is being scrubbed', () => {
    given(imageDecider, ...pendingDelete, scrubbingStarted())
      .when(restoreImage)
      .thenRejects(ImageStatusConflict, /being scrubbed/, { status: 'pending_delete' });
  });

  it('ends the import that the deletion had cut off when it restores the image', () => {
    given(imageDecider, ...copying, deletionScheduled())
      .when(restoreImage)
      .thenEvents(
        imageRestored(),
        importFailed({ reason: 'The image was deleted', failedStores: ['fast'], status: 'active' }),
      );
    given(imageDecider, ...copying, deletionScheduled())
      .when(restoreImage)
      .thenState({ status: 'active', import: null, locations: [imageLocation()] });
  });

  it('announces once that it scrubs, and only where there is something to scrub', () => {
    for (const history of [pendingDelete, deleted]) {
      given(imageDecider, ...history)
        .when(startScrubbing)
        .thenEvents(scrubbingStarted());
      given(imageDecider, ...history, scrubbingStarted())
        .when(startScrubbing)
        .thenNothing();
    }
    for (const history of [scrubbed, [...queued, imageDeleted()]]) {
      given(imageDecider, ...history)
        .when(startScrubbing)
        .thenNothing();
    }
  });

  it('scrubs what an upload or an import was still bringing', () => {
    for (const history of [saving, importing]) {
      given(imageDecider, ...history, imageDeleted())
        .when(scrubImage)
        .thenEvents(imageScrubbed());
      given(imageDecider, ...history, imageDeleted())
        .when(scrubImage)
        .thenState({ uploadId: null, import: null });
    }
  });

  it('scrubs a deleted image with data once', () => {
    given(imageDecider, ...deleted)
      .when(scrubImage)
      .thenEvents(imageScrubbed());
    given(imageDecider, ...scrubbed)
      .when(scrubImage)
      .thenNothing();
  });

  it('has nothing to scrub when a deleted image never had data', () => {
    given(imageDecider, ...queued, imageDeleted())
      .when(scrubImage)
      .thenNothing();
  });

  it('makes the deletion final when a waiting image is scrubbed', () => {
    given(imageDecider, ...pendingDelete)
      .when(scrubImage)
      .thenState({ status: 'deleted', locations: [], uploadId: null });
  });

  it('never scrubs a live image', () => {
    given(imageDecider, ...pendingDelete, imageRestored())
      .when(scrubImage)
      .thenRejects(ImageStatusConflict, /status is active/);
  });
});

describe('deactivating and reactivating', () => {
  it('withholds the data of an active image', () => {
    given(imageDecider, ...active)
      .when(deactivateImage)
      .thenEvents(deactivated());
  });

  it('gives the data back', () => {
    given(imageDecider, ...active, deactivated())
      .when(reactivateImage)
      .thenEvents(reactivated());
  });

  it('changes nothing when repeated', () => {
    given(imageDecider, ...active, deactivated())
      .when(deactivateImage)
      .thenNothing();
    given(imageDecider, ...active)
      .when(reactivateImage)
      .thenNothing();
  });

  it('is refused without data', () => {
    for (const command of [deactivateImage, reactivateImage]) {
      given(imageDecider, ...queued)
        .when(command)
        .thenRejects(ImageActivationRefused, /activated while its status is queued/, { status: 'queued' });
    }
  });

  it('does not open the image for another upload', () => {
    given(imageDecider, imageCreated(), uploadStarted(), dataStored(), deactivated())
      .when(startUpload('upload-2'))
      .thenRejects(ImageStatusConflict, /status is deactivated/);
  });
});
