import { ImageUploadSuperseded } from './image.errors.js';

/** What a writer of data is told whose claim is no longer the image's. */
export const supersededUpload = (imageId: string, claimId: string): ImageUploadSuperseded =>
  new ImageUploadSuperseded(`The data of ${claimId} came too late for image ${imageId}: its claim has ended.`, {
    imageId,
    claimId,
  });
