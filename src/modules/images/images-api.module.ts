import { Module } from '@nestjs/common';
import { ClientCommandHandler } from './commands/client-command.handler.js';
import { ImageAuthorization } from './commands/image-authorization.js';
import { ImageDataReceiver } from './commands/image-data.receiver.js';
import { UploadImageHandler } from './commands/upload-image.handler.js';
import { UploadsInFlight } from './commands/uploads-in-flight.js';
import { ImageActionsController } from './http/image-actions.controller.js';
import { ImageDataController } from './http/image-data.controller.js';
import { ImageMembersController } from './http/image-members.controller.js';
import { ImageTagsController } from './http/image-tags.controller.js';
import { ImagePresenter } from './http/image.presenter.js';
import { ImagesController } from './http/images.controller.js';
import { ImageSchema } from './http/schemas/image-schema.js';
import { SchemasController } from './http/schemas/schemas.controller.js';
import { ImagesModule } from './images.module.js';
import { ImageMemberQueries } from './queries/image-member.queries.js';
import { ImageQueries } from './queries/image.queries.js';
import { OpenImageDataQuery } from './queries/open-image-data.query.js';

/** The Image API v2. */
@Module({
  imports: [ImagesModule],
  controllers: [
    ImagesController,
    ImageDataController,
    ImageTagsController,
    ImageMembersController,
    ImageActionsController,
    SchemasController,
  ],
  providers: [
    ImageAuthorization,
    ClientCommandHandler,
    ImageDataReceiver,
    UploadImageHandler,
    UploadsInFlight,
    ImageQueries,
    ImageMemberQueries,
    OpenImageDataQuery,
    ImagePresenter,
    ImageSchema,
  ],
})
export class ImagesApiModule {}
