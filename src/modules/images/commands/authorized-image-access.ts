import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type { ImageAccess } from '../../../auth/image-access.js';
import { ImageAuthorization } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';

/** Answers from the images' own streams what their users may do with them. */
@Injectable()
export class AuthorizedImageAccess implements ImageAccess {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly authorization: ImageAuthorization,
  ) {}

  async mustBeDownloadable(imageId: string, caller: Caller): Promise<void> {
    await this.authorization.authorizeDownload(caller, imageId, await this.images.stateOf(imageId));
  }

  async mustBeCreatable(visibility: string, propertyNames: readonly string[], caller: Caller): Promise<void> {
    await this.authorization.authorizeNewImage(caller, { owner: caller.projectId, visibility });
    await this.authorization.authorizeNewProperties(caller, propertyNames);
  }
}
