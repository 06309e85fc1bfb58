import { imageDecider } from '../../../../../src/modules/images/domain/image.decider.js';
import {
  ImageFormatMissing,
  ImageGone,
  ImageStatusConflict,
  ImageUploadSuperseded,
} from '../../../../../src/modules/images/domain/image.errors.js';
import { given } from '../../../../support/decider-scenario.js';
import {
  dataStored,
  detailsChanged,
  imageCreated,
  imageDeleted,
  imageLocation,
  uploadFailed,
  uploadStarted,
} from '../../../../support/image-events.builder.js';
import { failUpload, startUpload, storeUploadedData } from './image-commands.builder.js';
import { imageHistories } from './image-histories.js';

const { saving, active } = imageHistories;

describe('starting an upload', () => {
  it('claims the image', () => {
    given(imageDecider, imageCreated()).when(startUpload('upload-7')).thenEvents(uploadStarted('upload-7'));
  });

  it('is won by one of two clients', () => {
    given(imageDecider, ...saving)
      .when(startUpload('upload-2'))
      .thenRejects(ImageStatusConflict, /cannot take an upload while its status is saving/, { status: 'saving' });
  });

  it.each([
    [{ diskFormat: null }, ['disk_format']],
    [{ containerFormat: null }, ['container_format']],
    [{ diskFormat: null, containerFormat: null }, ['container_format', 'disk_format']],
  ])('needs both formats: %j', (formats, missing) => {
    given(imageDecider, imageCreated(formats))
      .when(startUpload())
      .thenRejects(ImageFormatMissing, new RegExp(`: ${missing.join(', ')}\\.$`), { missing });
  });

  it('looks at the status before the formats', () => {
    given(imageDecider, imageCreated({ diskFormat: null }), uploadStarted())
      .when(startUpload('upload-2'))
      .thenRejects(ImageStatusConflict);
  });

  it('works once the formats are there', () => {
    given(imageDecider, imageCreated({ diskFormat: null }), detailsChanged({ diskFormat: 'raw' }))
      .when(startUpload())
      .thenEvents(uploadStarted());
  });
});

describe('ending an upload', () => {
  it('makes the image active with what is known about its data', () => {
    given(imageDecider, ...saving)
      .when(storeUploadedData())
      .thenEvents(dataStored());
    given(imageDecider, ...saving)
      .when(storeUploadedData())
      .thenState({
        status: 'active',
        sizeBytes: 5,
        locations: [imageLocation()],
        uploadId: null,
        uploadStore: null,
      });
  });

  it('accepts an image without a single byte', () => {
    given(imageDecider, ...saving)
      .when(storeUploadedData({ sizeBytes: 0 }))
      .thenState({ status: 'active', sizeBytes: 0 });
  });

  it('after the claim was given up is refused, even when another upload runs', () => {
    given(imageDecider, ...saving, uploadFailed())
      .when(storeUploadedData())
      .thenRejects(ImageUploadSuperseded);
    given(imageDecider, ...saving, uploadFailed(), uploadStarted('upload-2'))
      .when(storeUploadedData())
      .thenRejects(ImageUploadSuperseded, /upload-1 came too late/);
  });

  it('after a deletion is refused as gone, and nothing is left to fail', () => {
    given(imageDecider, ...saving, imageDeleted())
      .when(storeUploadedData())
      .thenRejects(ImageGone, /was deleted while its data was on the way/);
    given(imageDecider, ...saving, imageDeleted())
      .when(failUpload())
      .thenNothing();
  });
});

describe('failing an upload', () => {
  it('queues the image again, without a size and with its formats', () => {
    given(imageDecider, ...saving)
      .when(failUpload())
      .thenEvents(uploadFailed());
    given(imageDecider, ...saving)
      .when(failUpload())
      .thenState({
        status: 'queued',
        sizeBytes: null,
        uploadId: null,
        uploadStore: null,
        diskFormat: 'raw',
        containerFormat: 'bare',
      });
  });

  it('kills the image for clients that expect that', () => {
    given(imageDecider, ...saving)
      .when(failUpload({ leaves: 'killed' }))
      .thenEvents(uploadFailed({ status: 'killed' }));
  });

  it('leaves room for another upload', () => {
    given(imageDecider, ...saving, uploadFailed())
      .when(startUpload('upload-2'))
      .thenEvents(uploadStarted('upload-2'));
  });

  it('reported twice changes nothing, nor does it touch a later upload or stored data', () => {
    given(imageDecider, ...saving, uploadFailed())
      .when(failUpload())
      .thenNothing();
    given(imageDecider, ...saving, uploadFailed(), uploadStarted('upload-2'))
      .when(failUpload())
      .thenNothing();
    given(imageDecider, ...active)
      .when(failUpload())
      .thenNothing();
  });
});
