import type { Caller } from './caller.js';

/** What tasks ask about images before they are created; answered by the context of images. */
export interface ImageAccess {
  /** @throws the refusals of a download: not found, forbidden, or no such action */
  mustBeDownloadable(imageId: string, caller: Caller): Promise<void>;
  /** @throws ActionForbidden when the caller may not have images like this, PropertyReserved for a property it may not set */
  mustBeCreatable(visibility: string, propertyNames: readonly string[], caller: Caller): Promise<void>;
}

/** NestJS token. */
export const IMAGE_ACCESS = Symbol('ImageAccess');
