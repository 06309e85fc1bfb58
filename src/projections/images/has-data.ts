import type { ImageDetails } from './image-details.read-model.js';

/** Whether an image has data that it may give, now or when it is reactivated. */
export const hasData = (image: ImageDetails | null): image is ImageDetails =>
  image !== null && (image.status === 'active' || image.status === 'deactivated');
