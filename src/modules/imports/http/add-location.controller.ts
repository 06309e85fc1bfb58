import { Controller, Param, Post } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { AddLocationHandler } from '../commands/add-location.handler.js';
import { parseLocationRequest } from './location-request.js';

/** `POST /v2/images/{id}/locations`: register where the data of an image is. */
@Controller('v2/images/:id/locations')
export class AddLocationController {
  constructor(private readonly locations: AddLocationHandler) {}

  @Post()
  @EmptyReply(202)
  async add(
    @Param('id') imageId: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.locations.request(parseLocationRequest(imageId, body), context);
  }
}
