import { Controller, Get, Inject, Param } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { heaviestFirst } from '../queries/heaviest-first.js';
import { ImageQueries } from '../queries/image.queries.js';
import { LocationPresenter } from './location.presenter.js';

/** `GET /v2/images/{id}/locations`: where the data of an image is, for other services. */
@Controller('v2/images/:id/locations')
export class ImageLocationsController {
  private readonly presenter: LocationPresenter;

  constructor(
    private readonly images: ImageQueries,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.presenter = new LocationPresenter(stores, config.stores.multiple);
  }

  /** The data of a deactivated image is withheld here, too. */
  @Get()
  async list(@Param('id') imageId: string, @Context() { caller }: RequestContext): Promise<JsonObject[]> {
    const { status, locations } = await this.images.find(imageId, caller, 'fetch_image_location');
    const visible = status === 'deactivated' && !caller.isAdmin ? [] : locations;
    return this.presenter.present(heaviestFirst(this.stores, visible));
  }
}
