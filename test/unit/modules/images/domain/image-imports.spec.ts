import type { ImportRequest } from '../../../../../src/events/contracts/image-events.js';
import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageFormatFixed,
  ImageGone,
  ImageImportConflict,
  ImageImportRefused,
  ImageNotFound,
  ImageStatusConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { fold, given } from '../../../../support/decider-scenario.js';
import {
  dataStaged,
  detailsChanged,
  detailsFound,
  imageCreated,
  imageDeleted,
  imageLocation,
  importActivated,
  importCompleted,
  importedToStore,
  importFailed,
  importRequest,
  importRequested,
  importStarted,
  locationRemoved,
  propertiesChanged,
  propertiesFound,
  stagingStarted,
  TASK_ID,
} from '../../../../support/image-events.builder.js';
import {
  addLocation,
  changeImage,
  completeImport,
  describeImport,
  failImport,
  removeProperty,
  requestImport,
  setProperty,
  startImport,
  startUpload,
} from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const { absent, queued, staging, staged, locked, stagedAndLocked, importing, imported, active, copying, deleted } =
  imageHistories;
const copy: Partial<ImportRequest> = { method: 'copy-image', stores: ['fast'] };
const second = { taskId: 'task-2' };

describe('requesting an import', () => {
  it('locks the image for the task and leaves its status alone', () => {
    given(imageDecider, ...queued)
      .when(requestImport())
      .thenEvents(importRequested());
    const state = fold(imageDecider, [...queued, importRequested()]);
    expect(state).toMatchObject({ status: 'queued', import: { taskId: TASK_ID, pendingStores: null, added: [] } });
  });

  it('does nothing when this very task has the lock', () => {
    given(imageDecider, ...locked)
      .when(requestImport())
      .thenNothing();
  });

  it.each(['web-download', 'glance-download', 'clone'] as const)('needs a queued image for %s', (method) => {
    given(imageDecider, ...queued)
      .when(requestImport({ method }))
      .thenEvents(importRequested({ request: importRequest({ method }) }));
    given(imageDecider, ...staged)
      .when(requestImport({ method }))
      .thenRejects(ImageStatusConflict, /status is uploading/, { status: 'uploading' });
  });

  it('needs data that is completely staged for glance-direct', () => {
    given(imageDecider, ...queued)
      .when(requestImport({ method: 'glance-direct' }))
      .thenRejects(ImageStatusConflict, /from staged data while its status is queued/);
    given(imageDecider, ...staging)
      .when(requestImport({ method: 'glance-direct' }))
      .thenRejects(ImageStatusConflict, /still being staged/, { status: 'uploading' });
  });

  it('needs an active image for a copy, and no other method takes one', () => {
    given(imageDecider, ...active)
      .when(requestImport(copy))
      .thenEvents(importRequested({ request: importRequest(copy) }));
    given(imageDecider, ...active)
      .when(requestImport())
      .thenRejects(ImageStatusConflict, /status is active/);
    given(imageDecider, ...queued)
      .when(requestImport(copy))
      .thenRejects(ImageStatusConflict, /status is queued/);
  });

  it('does not copy to a store that has the data', () => {
    given(imageDecider, ...active)
      .when(requestImport({ ...copy, stores: ['fast', 'local'] }))
      .thenRejects(ImageImportRefused, /already present at store local/, { store: 'local' });
  });

  it('names the formats that are missing, after the right status and before the lock', () => {
    const formatless = imageCreated({ containerFormat: null, diskFormat: null });
    given(imageDecider, formatless, importRequested())
      .when(requestImport({}, second))
      .thenRejects(ImageImportConflict, /container_format, disk_format/, {
        missing: ['container_format', 'disk_format'],
      });
    given(imageDecider, formatless, stagingStarted()).when(requestImport()).thenRejects(ImageStatusConflict);
  });

  it('is refused while another task holds the lock', () => {
    given(imageDecider, ...locked)
      .when(requestImport({}, second))
      .thenRejects(ImageImportConflict, /has active task task-1/, { taskId: TASK_ID });
  });

  it('preempts the task that it names, and only that', () => {
    given(imageDecider, ...locked)
      .when(requestImport({}, { ...second, preempts: TASK_ID }))
      .thenEvents(importFailed({ reason: 'Expired lock preempted', failedStores: [] }), importRequested(second));
    given(imageDecider, ...locked)
      .when(requestImport({}, { ...second, preempts: 'task-0' }))
      .thenRejects(ImageImportConflict, /has active task task-1/);
    given(imageDecider, ...queued)
      .when(requestImport({}, { ...second, preempts: TASK_ID }))
      .thenRejects(ImageImportConflict, /no longer locked by task task-1/);
  });

  it('keeps staged data and copies for the task that takes the lock over', () => {
    given(imageDecider, ...stagedAndLocked)
      .when(requestImport({ method: 'glance-direct' }, { ...second, preempts: TASK_ID }))
      .thenState({ status: 'uploading', sizeBytes: 5 });
    const added = importedToStore(imageLocation({ store: 'fast', url: 'file:///fast/one' }));
    given(imageDecider, ...copying, added)
      .when(requestImport({ ...copy, stores: ['slow'] }, { ...second, preempts: TASK_ID }))
      .thenState({ status: 'active', locations: [imageLocation(), added.data.location] });
  });

  it('needs an image', () => {
    for (const history of [absent, deleted]) {
      given(imageDecider, ...history)
        .when(requestImport())
        .thenRejects(ImageNotFound);
    }
  });

  it('keeps other data away until the import has ended', () => {
    for (const command of [startUpload('upload-2'), addLocation()]) {
      given(imageDecider, ...locked)
        .when(command)
        .thenRejects(ImageImportConflict, /has active task/);
    }
    given(imageDecider, ...locked, importFailed())
      .when(startUpload('upload-2'))
      .thenState({ status: 'saving' });
  });
});

describe('starting an import', () => {
  it('makes the image importing and names the stores that are to be filled', () => {
    given(imageDecider, ...locked)
      .when(startImport({ stores: ['local', 'fast'] }))
      .thenEvents(importStarted(['local', 'fast']));
    const state = fold(imageDecider, [...locked, importStarted(['local', 'fast'])]);
    expect(state).toMatchObject({ status: 'importing', import: { pendingStores: ['local', 'fast'] } });
  });

  it('takes over what was staged, with its size', () => {
    given(imageDecider, ...stagedAndLocked)
      .when(startImport())
      .thenState({ status: 'importing', sizeBytes: 5 });
  });

  it('leaves an image active that is only copied', () => {
    given(imageDecider, ...active, importRequested({ request: importRequest(copy) }))
      .when(startImport({ stores: ['fast'] }))
      .thenState({ status: 'active' });
  });

  it('happens once, and for the task that has the lock', () => {
    given(imageDecider, ...importing)
      .when(startImport())
      .thenNothing();
    given(imageDecider, ...importing)
      .when(startImport(second))
      .thenRejects(ImageUploadSuperseded);
    given(imageDecider, ...imported, importCompleted())
      .when(startImport())
      .thenRejects(ImageUploadSuperseded);
  });

  it('is too late when the image was deleted', () => {
    given(imageDecider, ...locked, imageDeleted())
      .when(startImport())
      .thenRejects(ImageGone);
  });
});

describe('describing what is imported', () => {
  it('says that the import has found it out', () => {
    given(imageDecider, ...importing)
      .when(
        describeImport([{ kind: 'set_field', field: 'diskFormat', value: 'qcow2' }, setProperty('os_type', 'linux')]),
      )
      .thenEvents(detailsFound({ diskFormat: 'qcow2' }), propertiesFound({ os_type: 'linux' }));
  });

  it('leaves the bookkeeping of this and other services out', () => {
    given(imageDecider, ...importing)
      .when(describeImport([setProperty('os_glance_import_task', 'x'), setProperty('colour', 'red')]))
      .thenEvents(propertiesFound({ colour: 'red' }));
  });

  it('needs the lock, and an import that has started', () => {
    given(imageDecider, ...importing)
      .when(describeImport([], 'task-2'))
      .thenRejects(ImageUploadSuperseded);
    given(imageDecider, ...locked)
      .when(describeImport([]))
      .thenRejects(ImageStatusConflict, /has not started/);
  });

  it('says nothing more once a store has the data, so that it may be repeated', () => {
    for (const stored of [[...importing, importedToStore()], imported]) {
      given(imageDecider, ...stored)
        .when(describeImport([{ kind: 'set_field', field: 'diskFormat', value: 'qcow2' }, setProperty('a', 'b')]))
        .thenNothing();
    }
  });

  it('cannot give data that is in use another format', () => {
    given(imageDecider, ...copying)
      .when(describeImport([{ kind: 'set_field', field: 'diskFormat', value: 'qcow2' }]))
      .thenRejects(ImageFormatFixed);
  });
});

describe('completing an import', () => {
  it('takes the lock off an image that has its data', () => {
    given(imageDecider, ...imported)
      .when(completeImport())
      .thenEvents(importCompleted());
    given(imageDecider, ...imported)
      .when(completeImport())
      .thenState({ status: 'active', import: null });
  });

  it('is refused while no store has the data, or the image is not active', () => {
    given(imageDecider, ...importing, importedToStore())
      .when(completeImport())
      .thenRejects(ImageStatusConflict, /status is importing/);
    given(imageDecider, ...copying)
      .when(completeImport())
      .thenRejects(ImageStatusConflict, /has got no data from import task-1/);
  });

  it('knows when the copy that it made was removed meanwhile', () => {
    const added = importedToStore(imageLocation({ store: 'fast', url: 'file:///fast/one' }));
    given(imageDecider, ...copying, added, locationRemoved('file:///fast/one'))
      .when(completeImport())
      .thenRejects(ImageStatusConflict, /has got no data/);
  });
});

describe('failing an import', () => {
  it('queues the image again, without any data', () => {
    given(imageDecider, ...importing, importedToStore())
      .when(failImport())
      .thenEvents(importFailed());
    given(imageDecider, ...importing, importedToStore())
      .when(failImport())
      .thenState({ status: 'queued', import: null, locations: [], sizeBytes: null, digest: null });
  });

  it('queues an image that only waited for it, with or without staged data', () => {
    for (const history of [locked, stagedAndLocked]) {
      given(imageDecider, ...history)
        .when(failImport())
        .thenState({ status: 'queued', import: null, sizeBytes: null });
    }
  });

  it('takes back what it had found out', () => {
    const created = imageCreated({ properties: { os_type: 'bsd' } });
    const found = [detailsFound({ diskFormat: 'qcow2' }), propertiesFound({ os_type: 'linux', hw_a: '1' })];
    given(imageDecider, created, importRequested(), importStarted(), ...found)
      .when(failImport())
      .thenEvents(detailsFound({ diskFormat: 'raw' }), propertiesFound({ os_type: 'bsd' }, ['hw_a']), importFailed());
  });

  it('does not take back what clients have said meanwhile', () => {
    const found = propertiesFound({ os_type: 'linux', hw_a: '1' });
    const said = [propertiesChanged({ os_type: 'bsd', colour: 'red' }), detailsChanged({ name: 'mine' })];
    given(imageDecider, ...importing, found, ...said)
      .when(failImport())
      .thenEvents(propertiesFound({}, ['hw_a']), importFailed());
    given(imageDecider, ...importing, found, ...said)
      .when(failImport())
      .thenState({ name: 'mine', properties: { os_type: 'bsd', colour: 'red' } });
  });

  it('leaves an active image as it is, with what it was described as', () => {
    const kept = [...importing, detailsFound({ diskFormat: 'qcow2' }), importedToStore(), importActivated()];
    given(imageDecider, ...kept)
      .when(failImport({ failedStores: ['fast'] }))
      .thenEvents(importFailed({ status: 'active', failedStores: ['fast'] }));
    given(imageDecider, ...kept)
      .when(failImport())
      .thenState({ status: 'active', import: null, diskFormat: 'qcow2', locations: [imageLocation()] });
    given(imageDecider, ...copying)
      .when(failImport())
      .thenState({ status: 'active', import: null, locations: [imageLocation()] });
  });

  it('has no effect without the lock', () => {
    for (const history of [queued, active, [...importing, importFailed()], [...imported, importCompleted()]]) {
      given(imageDecider, ...history)
        .when(failImport())
        .thenNothing();
    }
    given(imageDecider, ...importing)
      .when(failImport(second))
      .thenNothing();
  });
});

describe('deleting an image that is imported', () => {
  it('lets the task find out, and the scrubber know what to look for', () => {
    const history = [...importing, imageDeleted()];
    for (const command of [completeImport(), describeImport([])]) {
      given(imageDecider, ...history)
        .when(command)
        .thenRejects(ImageGone);
    }
    given(imageDecider, ...history)
      .when(failImport())
      .thenNothing();
    expect(fold(imageDecider, history).import).toMatchObject({ taskId: TASK_ID, pendingStores: ['local'] });
  });
});

describe('changing an image while it is imported', () => {
  it('is for clients as before', () => {
    given(imageDecider, ...importing, propertiesFound({ colour: 'red' }))
      .when(changeImage([removeProperty('colour'), { kind: 'set_field', field: 'diskFormat', value: 'iso' }]))
      .thenEvents(detailsChanged({ diskFormat: 'iso' }), propertiesChanged({}, ['colour']));
  });
});

describe('an import of staged data', () => {
  it('needs nothing from the client any more', () => {
    given(imageDecider, imageCreated(), stagingStarted(), dataStaged())
      .when(requestImport({ method: 'glance-direct' }))
      .thenState({ status: 'uploading', sizeBytes: 5, uploadId: null });
  });
});
