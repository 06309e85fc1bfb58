import { Controller, Delete, Inject, Param } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { HttpProblem } from '../../../http/http-problem.js';
import type { RequestContext } from '../../../http/request-context.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { RemoveFromStoreHandler } from '../commands/remove-from-store.handler.js';

/** `/v2/stores/{store}/{image}`: the data of an image in one store. */
@Controller('v2/stores')
export class StoresController {
  constructor(
    private readonly removals: RemoveFromStoreHandler,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Delete(':store/:id')
  @EmptyReply(204)
  async remove(
    @Param('store') storeId: string,
    @Param('id') imageId: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    if (!this.config.stores.multiple) throw new HttpProblem(404, 'Multi backend is not supported at this site.');
    if (!this.stores.has(storeId)) throw new HttpProblem(409, 'The selected store is not available on this system.');
    await this.removals.remove(imageId, storeId, context);
  }
}
