import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageGone,
  ImageImportConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { given } from '../../../../support/decider-scenario.js';
import {
  dataStaged,
  imageCreated,
  imageDeleted,
  stagingFailed,
  stagingStarted,
} from '../../../../support/image-events.builder.js';
import { completeStaging, failStaging, startStaging } from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const { locked, staging, staged } = imageHistories;

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

  it('does not begin while the image is locked for an import', () => {
    given(imageDecider, ...locked)
      .when(startStaging())
      .thenRejects(ImageImportConflict, /has active task task-1/);
  });
});
