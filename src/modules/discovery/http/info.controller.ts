import { Controller, Get, Inject } from '@nestjs/common';
import { ImagePolicy } from '../../../auth/image-policy.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { HttpProblem } from '../../../http/http-problem.js';
import type { RequestContext } from '../../../http/request-context.js';
import { UnifiedLimits } from '../../../limits/unified-limits.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { storeDetailDocument, storeDocument } from './store-document.js';
import type { StoreDetailDocument, StoreDocument } from './store-document.js';

/** What this deployment offers beyond the API's version. */
@Controller('v2/info')
export class InfoController {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(IMAGE_STORES) private readonly imageStores: ImageStores,
    private readonly policy: ImagePolicy,
    private readonly limits: UnifiedLimits,
  ) {}

  @Get('import')
  importMethods(): object {
    const value = this.config.api.enabledImportMethods;
    return { 'import-methods': { description: 'Import methods available.', type: 'array', value } };
  }

  @Get('stores')
  stores(): { stores: readonly StoreDocument[] } {
    this.mustHaveStores();
    return { stores: [...this.imageStores.values()].map(storeDocument) };
  }

  @Get('stores/detail')
  async storesInDetail(@Context() context: RequestContext): Promise<{ stores: readonly StoreDetailDocument[] }> {
    this.mustHaveStores();
    await this.policy.requireGeneral('stores_info_detail', context.caller);
    const backends = new Map(this.config.stores.backends.map((backend) => [backend.id, backend]));
    const stores = [...this.imageStores.values()];
    return { stores: stores.map((store) => storeDetailDocument(store, backends.get(store.id) ?? null)) };
  }

  /** Of the caller's own project; empty without unified limits. */
  @Get('usage')
  async usage(@Context() { caller }: RequestContext): Promise<object> {
    return { usage: await this.limits.usageOf(caller.projectId) };
  }

  private mustHaveStores(): void {
    if (!this.config.stores.multiple) throw new HttpProblem(404, 'Multi backend is not supported at this site.');
  }
}
