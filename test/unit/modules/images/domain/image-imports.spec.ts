import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageFormatMissing,
  ImageGone,
  ImageStatusConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { given } from '../../../../support/decider-scenario.js';
import {
  dataStaged,
  dataStored,
  detailsChanged,
  imageCreated,
  imageDeleted,
  importFailed,
  importStarted,
  stagingFailed,
  stagingStarted,
  TASK_ID,
} from '../../../../support/image-events.builder.js';
import {
  completeImport,
  completeStaging,
  failImport,
  failStaging,
  startImport,
  startStaging,
} from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const { queued, staging, staged, importing } = imageHistories;

describe('staging data', () => {
  it('needs no formats', () => {
    given(imageDecider, imageCreated({ diskFormat: null, containerFormat: null }))
      .when(startStaging())
      .thenEvents(stagingStarted());
  });

  it('tells the size when it is complete and ends the claim', () => {
    given(imageDecider, ...staging)
      .when(completeStaging())
      .thenEvents(dataStaged());
    given(imageDecider, ...staging)
      .when(completeStaging())
      .thenState({ status: 'uploading', sizeBytes: 5, uploadId: null });
  });

  it('queues the image again when it fails', () => {
    given(imageDecider, ...staging)
      .when(failStaging())
      .thenEvents(stagingFailed());
    given(imageDecider, ...staging)
      .when(failStaging())
      .thenState({ status: 'queued', sizeBytes: null, uploadId: null });
  });

  it('cannot complete for a claim that has ended', () => {
    given(imageDecider, ...staging, stagingFailed(), stagingStarted('upload-2'))
      .when(completeStaging())
      .thenRejects(ImageUploadSuperseded);
  });

  it('cannot fail when the data is complete: it waits for its import', () => {
    given(imageDecider, ...staged)
      .when(failStaging())
      .thenNothing();
  });

  it('ends with the image: its data is refused as gone, and nothing is left to fail', () => {
    given(imageDecider, ...staging, imageDeleted())
      .when(completeStaging())
      .thenRejects(ImageGone);
    given(imageDecider, ...staging, imageDeleted())
      .when(failStaging())
      .thenNothing();
  });
});

describe('importing data', () => {
  it('takes over what was staged', () => {
    given(imageDecider, ...staged)
      .when(startImport('staged'))
      .thenEvents(importStarted());
    given(imageDecider, ...staged)
      .when(startImport('staged'))
      .thenState({ status: 'importing', taskId: TASK_ID, sizeBytes: 5 });
  });

  it('waits until the staging is complete', () => {
    given(imageDecider, ...staging)
      .when(startImport('staged'))
      .thenRejects(ImageStatusConflict, /still being staged/, { status: 'uploading' });
  });

  it('fetches data for a queued image', () => {
    given(imageDecider, ...queued)
      .when(startImport('fetched'))
      .thenEvents(importStarted());
  });

  it('needs what was staged, or nothing staged, as its source says', () => {
    given(imageDecider, ...queued)
      .when(startImport('staged'))
      .thenRejects(ImageStatusConflict, /from staged data while its status is queued/);
    given(imageDecider, ...staged)
      .when(startImport('fetched'))
      .thenRejects(ImageStatusConflict, /status is uploading/);
  });

  it('needs both formats, after the right status', () => {
    const formatless = imageCreated({ diskFormat: null });
    given(imageDecider, formatless)
      .when(startImport('fetched'))
      .thenRejects(ImageFormatMissing, /disk_format/, { missing: ['disk_format'] });
    given(imageDecider, formatless, stagingStarted(), dataStaged())
      .when(startImport('staged'))
      .thenRejects(ImageFormatMissing);
    given(imageDecider, formatless, stagingStarted()).when(startImport('staged')).thenRejects(ImageStatusConflict);
  });

  it('started by a task does not start again for it, nor for another', () => {
    given(imageDecider, ...importing)
      .when(startImport('staged'))
      .thenNothing();
    given(imageDecider, ...importing)
      .when(startImport('staged', 'task-2'))
      .thenRejects(ImageStatusConflict, /status is importing/);
  });

  it('makes the image active, and the task is the claim that brought the data', () => {
    given(imageDecider, ...importing)
      .when(completeImport())
      .thenEvents(dataStored({ uploadId: TASK_ID }));
    given(imageDecider, ...importing)
      .when(completeImport())
      .thenState({ status: 'active', taskId: null, sizeBytes: 5 });
  });

  it('does not make an image active whose format was taken away meanwhile', () => {
    given(imageDecider, ...importing, detailsChanged({ diskFormat: null }))
      .when(completeImport())
      .thenRejects(ImageFormatMissing);
  });

  it('queues the image again when it fails, without the size of what was staged', () => {
    given(imageDecider, ...importing)
      .when(failImport())
      .thenEvents(importFailed());
    given(imageDecider, ...importing)
      .when(failImport())
      .thenState({ status: 'queued', sizeBytes: null, taskId: null });
  });

  it('cannot be ended by another task', () => {
    given(imageDecider, ...importing)
      .when(completeImport('task-2'))
      .thenRejects(ImageUploadSuperseded);
    given(imageDecider, ...importing)
      .when(failImport('task-2'))
      .thenNothing();
  });

  it('ends with the image: its data is refused as gone, and nothing is left to fail', () => {
    given(imageDecider, ...importing, imageDeleted())
      .when(completeImport())
      .thenRejects(ImageGone);
    given(imageDecider, ...importing, imageDeleted())
      .when(failImport())
      .thenNothing();
  });
});
