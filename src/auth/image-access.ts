import type { Caller } from './caller.js';

/** What tasks ask about images before they are created; answered by the context of images. */
export interface ImageAccess {
  /** @throws the refusals of a download: not found, forbidden, or no such action */
  mustBeDownloadable(imageId: string, caller: Caller): Promise<void>;
  /** @throws ActionForbidden when the caller may not have images like this */
  mustBeCreatable(visibility: string, caller: Caller): Promise<void>;
}

/** NestJS token. */
export const IMAGE_ACCESS = Symbol('ImageAccess');
