import { Module } from '@nestjs/common';
import { IMAGE_ACCESS } from '../../auth/image-access.js';
import { AuthorizedImageAccess } from './commands/authorized-image-access.js';
import { ChangeImageHandler } from './commands/change-image.handler.js';
import { ClaimedTransfer } from './commands/claimed-transfer.js';
import { ClientCommandHandler } from './commands/client-command.handler.js';
import { CreateImageHandler } from './commands/create-image.handler.js';
import { DeleteImageHandler } from './commands/delete-image.handler.js';
import { ImageAuthorization } from './commands/image-authorization.js';
import { KnownDataFinder } from './commands/known-data.finder.js';
import { RemoveFromStoreHandler } from './commands/remove-from-store.handler.js';
import { StageImageHandler } from './commands/stage-image.handler.js';
import { RevertImageHandler } from './commands/revert-image.handler.js';
import { UploadImageHandler } from './commands/upload-image.handler.js';
import { UploadsInFlight } from './commands/uploads-in-flight.js';
import { CacheController } from './http/cache.controller.js';
import { ImageEventsController } from './http/history/image-events.controller.js';
import { EventPresenter } from './http/history/event.presenter.js';
import { ImageActionsController } from './http/image-actions.controller.js';
import { ImageDataController } from './http/image-data.controller.js';
import { ImageLocationsController } from './http/image-locations.controller.js';
import { ImageMembersController } from './http/image-members.controller.js';
import { ImageStageController } from './http/image-stage.controller.js';
import { ImageTagsController } from './http/image-tags.controller.js';
import { ImagePresenter } from './http/image.presenter.js';
import { ImagesController } from './http/images.controller.js';
import { ImageSchema } from './http/schemas/image-schema.js';
import { SchemasController } from './http/schemas/schemas.controller.js';
import { StoresController } from './http/stores.controller.js';
import { ImagesModule } from './images.module.js';
import { CacheManagement } from './queries/cache-management.js';
import { ImageHistoryQueries } from './queries/image-history.queries.js';
import { ImageMemberQueries } from './queries/image-member.queries.js';
import { ImageQueries } from './queries/image.queries.js';
import { OpenImageDataQuery } from './queries/open-image-data.query.js';
import { ReadCachedDataQuery } from './queries/read-cached-data.query.js';

/** The Image API v2. */
@Module({
  imports: [ImagesModule],
  controllers: [
    ImagesController,
    ImageDataController,
    ImageStageController,
    ImageTagsController,
    ImageMembersController,
    ImageActionsController,
    ImageEventsController,
    CacheController,
    ImageLocationsController,
    StoresController,
    SchemasController,
  ],
  providers: [
    ImageAuthorization,
    { provide: IMAGE_ACCESS, useClass: AuthorizedImageAccess },
    ClientCommandHandler,
    CreateImageHandler,
    ChangeImageHandler,
    RevertImageHandler,
    DeleteImageHandler,
    RemoveFromStoreHandler,
    KnownDataFinder,
    ClaimedTransfer,
    UploadImageHandler,
    StageImageHandler,
    UploadsInFlight,
    ImageQueries,
    ImageMemberQueries,
    ImageHistoryQueries,
    OpenImageDataQuery,
    ReadCachedDataQuery,
    CacheManagement,
    ImagePresenter,
    EventPresenter,
    ImageSchema,
  ],
  exports: [
    IMAGE_ACCESS,
    ImageAuthorization,
    ClientCommandHandler,
    ImageQueries,
    ImageHistoryQueries,
    EventPresenter,
    CacheManagement,
  ],
})
export class ImagesApiModule {}
