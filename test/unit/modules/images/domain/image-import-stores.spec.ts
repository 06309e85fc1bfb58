import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageFormatMissing,
  ImageGone,
  ImageImportConflict,
  ImageLocationInvalid,
  ImageStatusConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  detailsChanged,
  imageCreated,
  imageDeleted,
  imageLocation,
  importActivated,
  importedToStore,
  importRequest,
  importRequested,
  importStarted,
  importToStoreFailed,
  importToStoreReverted,
  locationAdded,
  locationRemoved,
} from '../../../../support/image-events.builder.js';
import { failImportToStore, importToStore, revertImportToStore } from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const fast = imageLocation({ store: 'fast', url: 'file:///fast/one' });
const { locked, copying } = imageHistories;
const importing = [...locked, importStarted(['local', 'fast'])];
const half = [...importing, importedToStore()];

describe('storing imported data', () => {
  it('adds the location and says what the data is', () => {
    given(imageDecider, ...importing)
      .when(importToStore({ activates: false }))
      .thenEvents(importedToStore());
    expect(fold(imageDecider, half)).toMatchObject({
      status: 'importing',
      locations: [imageLocation()],
      sizeBytes: 5,
      digest: { checksum: importedToStore().data.checksum },
      import: { pendingStores: ['fast'], added: [imageLocation()] },
    });
  });

  it('makes the image active when that is enough', () => {
    given(imageDecider, ...half)
      .when(importToStore({ location: fast }))
      .thenEvents(importedToStore(fast), importActivated());
    given(imageDecider, ...half, importActivated())
      .when(importToStore({ location: fast }))
      .thenEvents(importedToStore(fast));
  });

  it('does not count the same store twice, but may still activate', () => {
    given(imageDecider, ...half)
      .when(importToStore({ activates: false }))
      .thenNothing();
    given(imageDecider, ...half)
      .when(importToStore())
      .thenEvents(importActivated());
  });

  it('is refused for bytes that the image has already', () => {
    given(imageDecider, ...half)
      .when(importToStore({ location: { ...fast, url: imageLocation().url } }))
      .thenRejects(ImageLocationInvalid);
  });

  it('does not give data to an image whose format was taken away meanwhile', () => {
    for (const history of [importing, half]) {
      given(imageDecider, ...history, detailsChanged({ diskFormat: null }))
        .when(importToStore())
        .thenRejects(ImageFormatMissing, /disk_format/);
    }
  });

  it.each([{ sizeBytes: 6 }, { checksum: 'other' }, { hashValue: 'other' }])(
    'refuses a copy that is not the same data: %j',
    (difference) => {
      for (const history of [half, copying]) {
        given(imageDecider, ...history)
          .when(importToStore({ location: fast, ...difference }))
          .thenRejects(ImageImportConflict, /store fast is not the data/, { store: 'fast' });
      }
    },
  );

  it('compares hashes of the same algorithm only, and what is known', () => {
    given(imageDecider, ...copying)
      .when(importToStore({ location: fast, hashAlgorithm: 'sha512', hashValue: 'other' }))
      .thenState({ locations: [imageLocation(), fast], digest: expect.objectContaining({ hashAlgorithm: 'sha256' }) });
    const unhashed = [
      imageCreated(),
      locationAdded(),
      importRequested({ request: importRequest({ method: 'copy-image' }) }),
    ];
    given(imageDecider, ...unhashed, importStarted(['fast']))
      .when(importToStore({ location: fast, checksum: 'new' }))
      .thenState({ digest: expect.objectContaining({ checksum: 'new' }) });
  });

  it('leaves an image active that is copied', () => {
    given(imageDecider, ...copying)
      .when(importToStore({ location: fast }))
      .thenEvents(importedToStore(fast));
  });
});

describe('failing in a store', () => {
  it('means that the store is no longer waited for', () => {
    given(imageDecider, ...importing)
      .when(failImportToStore('fast'))
      .thenEvents(importToStoreFailed('fast'));
    expect(fold(imageDecider, [...importing, importToStoreFailed('fast')]).import?.pendingStores).toEqual(['local']);
  });

  it('happens once, and not to a store that has the data', () => {
    for (const history of [half, [...importing, importToStoreFailed()]]) {
      given(imageDecider, ...history)
        .when(failImportToStore())
        .thenNothing();
    }
  });
});

describe('taking back what an import has stored', () => {
  it('removes the location that it had added', () => {
    given(imageDecider, ...half, importedToStore(fast))
      .when(revertImportToStore('fast'))
      .thenEvents(importToStoreReverted(fast));
    given(imageDecider, ...half, importedToStore(fast))
      .when(revertImportToStore('fast'))
      .thenState({ status: 'importing', locations: [imageLocation()], sizeBytes: 5 });
    given(imageDecider, ...copying, importedToStore(fast))
      .when(revertImportToStore('fast'))
      .thenState({ status: 'active', locations: [imageLocation()], sizeBytes: 5 });
  });

  it('leaves an image without any data that loses all of it', () => {
    given(imageDecider, ...half)
      .when(revertImportToStore())
      .thenState({ status: 'importing', locations: [], sizeBytes: null, digest: null });
  });

  it('happens once, and to nothing that the import has not added', () => {
    for (const history of [importing, [...half, importToStoreReverted()], copying]) {
      given(imageDecider, ...history)
        .when(revertImportToStore())
        .thenNothing();
    }
  });

  it('does not happen to an image that became active by it, or would have nothing left', () => {
    given(imageDecider, ...half, importedToStore(fast), importActivated())
      .when(revertImportToStore('fast'))
      .thenNothing();
    given(imageDecider, ...copying, importedToStore(fast), locationRemoved())
      .when(revertImportToStore('fast'))
      .thenNothing();
  });
});

describe('commands about a store of an import', () => {
  it('come too late when the image is deleted or another task has the lock, and too early before the start', () => {
    for (const command of [importToStore(), failImportToStore(), revertImportToStore()]) {
      given(imageDecider, ...half, imageDeleted())
        .when(command)
        .thenRejects(ImageGone);
      given(imageDecider, ...half)
        .when({ ...command, taskId: 'task-2' })
        .thenRejects(ImageUploadSuperseded);
      given(imageDecider, ...locked)
        .when(command)
        .thenRejects(ImageStatusConflict, /has not started/);
    }
  });
});
