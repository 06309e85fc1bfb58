import { Controller, Inject, Param, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { HttpProblem } from '../../../http/http-problem.js';
import type { RequestContext } from '../../../http/request-context.js';
import { StageImageHandler } from '../commands/stage-image.handler.js';
import { mustBeOctetStream, parseExpectedBytes } from './upload-headers.js';

const METHOD = 'glance-direct';

/** `/v2/images/{id}/stage`: takes the data of an image that is going to be imported. */
@Controller('v2/images/:id/stage')
export class ImageStageController {
  constructor(
    private readonly staging: StageImageHandler,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Put()
  @EmptyReply(204)
  async stage(
    @Param('id') imageId: string,
    @Req() request: FastifyRequest,
    @Context() context: RequestContext,
  ): Promise<void> {
    this.mustTakeStagedData();
    mustBeOctetStream(request.headers['content-type']);
    const expectedBytes = parseExpectedBytes(request.headers);
    await this.staging.stage({ imageId, source: request.raw, expectedBytes }, context);
  }

  private mustTakeStagedData(): void {
    if (this.config.api.enabledImportMethods.includes(METHOD)) return;
    throw new HttpProblem(404, `No data can be staged here: the import method ${METHOD} is not enabled.`);
  }
}
