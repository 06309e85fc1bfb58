import { Controller, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { UnifiedLimits } from '../../../limits/unified-limits.js';
import { ImageQueries } from '../../images/queries/image.queries.js';
import { ImportImageHandler } from '../commands/import-image.handler.js';
import { parseImportRequest } from './import-request.js';

/** `/v2/images/{id}/import`: bring data to an image, or to more stores. */
@Controller('v2/images/:id/import')
export class ImportController {
  constructor(
    private readonly imports: ImportImageHandler,
    private readonly images: ImageQueries,
    private readonly limits: UnifiedLimits,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Post()
  @EmptyReply(202)
  async import(
    @Param('id') imageId: string,
    @JsonBody() body: JsonObject,
    @Req() { headers }: FastifyRequest,
    @Context() context: RequestContext,
  ): Promise<void> {
    const storeHeader = first(headers['x-image-meta-store']);
    const asked = parseImportRequest(imageId, body, storeHeader, this.config.api.enabledImportMethods);
    await this.limits.mustAllow(context.caller.projectId, 'image_size_total', 0);
    await this.images.find(imageId, context.caller);
    await this.imports.request(asked, { ...context, token: first(headers['x-auth-token']) ?? null });
  }
}

const first = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'object' ? header[0] : header;
