import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageDataMismatch,
  ImageFormatMissing,
  ImageGone,
  ImageImportConflict,
  ImageStatusConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { given } from '../../../../support/decider-scenario.js';
import {
  deactivated,
  deletionScheduled,
  imageCreated,
  imageDeleted,
  imageLocation,
  imageRestored,
  imageScrubbed,
  importRequested,
  locationAdded,
  locationImportCompleted,
  locationImportFailed,
  locationImportRequested,
  locationRemoved,
  locationVerificationStarted,
  stagingStarted,
  TASK_ID,
  uploadStarted,
} from '../../../../support/image-events.builder.js';
import {
  addLocation,
  completeLocationImport,
  deleteImage,
  deleteImageLater,
  failLocationImport,
  requestImport,
  requestLocationImport,
  restoreImage,
  scrubImage,
  startLocationImport,
  startStaging,
  startUpload,
} from './image-commands.builder.js';

const location = imageLocation();
const expected = { hashAlgorithm: 'sha256', hashValue: 'd'.repeat(64) };
const { digest } = completeLocationImport();

const requested = (wish: Parameters<typeof locationImportRequested>[0] = {}) => [
  imageCreated(),
  locationImportRequested(wish),
];
const verifying = [...requested({ expected }), locationVerificationStarted()];
const hashing = [...requested(), locationAdded(location, 5, { taskId: TASK_ID })];

describe('requesting the registration of a location', () => {
  it('locks the image', () => {
    given(imageDecider, imageCreated())
      .when(requestLocationImport({ expected }))
      .thenEvents(locationImportRequested({ expected }));
    for (const [command, error] of [
      [requestLocationImport({ taskId: 'task-2' }), ImageImportConflict],
      [requestImport({}, { taskId: 'task-2' }), ImageImportConflict],
      [startUpload(), ImageImportConflict],
    ] as const)
      given(imageDecider, ...requested())
        .when(command)
        .thenRejects(error);
  });

  it('changes nothing the second time', () => {
    given(imageDecider, ...requested())
      .when(requestLocationImport())
      .thenNothing();
  });
});

describe('the task of a registration that has found the data', () => {
  it('makes the image active when nothing is expected of the data, and keeps the lock for the hashes', () => {
    given(imageDecider, ...requested())
      .when(startLocationImport())
      .thenEvents(locationAdded(location, 5, { taskId: TASK_ID, hashAlgorithm: 'sha512' }));
    given(imageDecider, ...requested())
      .when(startLocationImport())
      .thenState({
        status: 'active',
        sizeBytes: 5,
        digest: null,
        locationImport: { ...locationImportRequested().data, location },
      });
  });

  it('compares the data before it is anybody’s when something is expected', () => {
    given(imageDecider, ...requested({ expected }))
      .when(startLocationImport())
      .thenEvents(locationVerificationStarted());
  });

  it.each([
    ['what is expected is believed', expected, { digest: { checksum: null, ...expected } }],
    ['nothing is known', null, {}],
  ])('is done when hashes are not wanted: %s', (_title, said, overrides) => {
    given(imageDecider, ...requested({ expected: said, hashes: false }))
      .when(startLocationImport())
      .thenEvents(locationAdded(location, 5, { taskId: TASK_ID, ...overrides }), locationImportCompleted());
    given(imageDecider, ...requested({ expected: said, hashes: false }))
      .when(startLocationImport())
      .thenState({
        status: 'active',
        locationImport: null,
        digest: said === null ? null : { checksum: null, ...said },
      });
  });

  it('changes nothing when it has found it before', () => {
    for (const history of [verifying, hashing])
      given(imageDecider, ...history)
        .when(startLocationImport())
        .thenNothing();
  });

  it('needs formats', () => {
    given(imageDecider, imageCreated({ diskFormat: null }), locationImportRequested())
      .when(startLocationImport())
      .thenRejects(ImageFormatMissing);
  });

  it('comes too late for a deleted image', () => {
    given(imageDecider, ...requested(), imageDeleted())
      .when(startLocationImport())
      .thenRejects(ImageGone);
  });
});

describe('the task of a registration that has read the data', () => {
  it('makes the image active with its hashes, and gives the lock back', () => {
    given(imageDecider, ...verifying)
      .when(completeLocationImport())
      .thenState({ status: 'active', digest, locationImport: null });
  });

  it('leaves a deactivated image as it is', () => {
    given(imageDecider, ...hashing, deactivated())
      .when(completeLocationImport())
      .thenState({ status: 'deactivated', digest, locationImport: null });
  });

  it('is refused when the data is not what was expected', () => {
    given(imageDecider, ...verifying)
      .when(completeLocationImport({ digest: { ...digest, hashValue: 'e'.repeat(64) } }))
      .thenRejects(ImageDataMismatch, /sha256/);
  });

  it('is refused before the data was found', () => {
    given(imageDecider, ...requested())
      .when(completeLocationImport())
      .thenRejects(ImageStatusConflict);
  });

  it('is refused for another task', () => {
    given(imageDecider, ...verifying)
      .when(completeLocationImport({ taskId: 'task-2' }))
      .thenRejects(ImageUploadSuperseded);
  });
});

describe('a registration that fails', () => {
  it.each([
    ['before the data was found', requested(), 'queued'],
    ['while the data is compared', verifying, 'queued'],
    ['while hashes are computed', hashing, 'active'],
    ['for a deactivated image', [...hashing, deactivated()], 'deactivated'],
  ] as const)('%s leaves the image %s', (_when, history, status) => {
    given(imageDecider, ...history)
      .when(failLocationImport())
      .thenEvents(locationImportFailed(status));
    given(imageDecider, ...history)
      .when(failLocationImport())
      .thenState({
        status,
        locationImport: null,
        locations: status === 'queued' ? [] : [location],
        sizeBytes: status === 'queued' ? null : 5,
      });
  });

  it('has no effect on an image that is deleted, or locked by another task', () => {
    given(imageDecider, ...hashing, imageDeleted())
      .when(failLocationImport())
      .thenNothing();
    given(imageDecider, ...hashing)
      .when(failLocationImport('task-2'))
      .thenNothing();
  });
});

describe('an image that names a location whose data was refuted, and cannot be removed', () => {
  const refuted = [...verifying, locationImportFailed('queued', { keepsLocation: true })];
  const forgotten = locationRemoved(location.url, { position: 0 });

  it('is queued, and has no data', () => {
    given(imageDecider, ...verifying)
      .when(failLocationImport(TASK_ID, true))
      .thenEvents(locationImportFailed('queued', { keepsLocation: true }));
    given(imageDecider, ...verifying)
      .when(failLocationImport(TASK_ID, true))
      .thenState({ status: 'queued', locations: [location], sizeBytes: null, digest: null, locationImport: null });
  });

  it('names nothing of which it was never known where it is', () => {
    given(imageDecider, ...requested({ expected }))
      .when(failLocationImport(TASK_ID, true))
      .thenEvents(locationImportFailed('queued'));
  });

  const other = imageLocation({ url: 'file:///other' });

  it.each([
    ['an upload', startUpload(), uploadStarted()],
    ['staged data', startStaging(), stagingStarted()],
    ['an import', requestImport(), importRequested()],
    ['another location', addLocation(other), locationAdded(other, 5)],
  ])('forgets it before %s', (_what, command, event) => {
    given(imageDecider, ...refuted)
      .when(command)
      .thenEvents(forgotten, event);
  });

  it('forgets it when a registration finds its data', () => {
    given(imageDecider, ...refuted, locationImportRequested())
      .when(startLocationImport({ location: other }))
      .thenState({ status: 'active', locations: [other] });
  });

  it('is deleted at once also when deletion is delayed', () => {
    given(imageDecider, ...refuted)
      .when(deleteImageLater)
      .thenEvents(imageDeleted());
  });
});

describe('deleting an image whose location is being registered', () => {
  it('remembers the task until the bytes are scrubbed', () => {
    given(imageDecider, ...verifying)
      .when(deleteImage)
      .thenState({ status: 'deleted', locationImport: { ...locationImportRequested({ expected }).data, location } });
    given(imageDecider, ...verifying, imageDeleted())
      .when(scrubImage)
      .thenState({ status: 'deleted', locationImport: null, locations: [] });
    given(imageDecider, ...verifying, imageDeleted(), imageScrubbed())
      .when(scrubImage)
      .thenNothing();
  });

  it('ends the registration when it is restored', () => {
    given(imageDecider, ...hashing, deletionScheduled())
      .when(restoreImage)
      .thenEvents(imageRestored(), {
        ...locationImportFailed('active'),
        data: { ...locationImportFailed('active').data, reason: 'The image was deleted' },
      });
  });
});
