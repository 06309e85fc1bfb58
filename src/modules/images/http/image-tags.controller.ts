import { Controller, Delete, Inject, Param, Put } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { badRequest } from '../../../http/http-problem.js';
import type { RequestContext } from '../../../http/request-context.js';
import { ClientCommandHandler } from '../commands/client-command.handler.js';
import { MAX_NAME_LENGTH } from './image-names.js';
import { mustBeStorable } from './text-rules.js';

/** `/v2/images/{id}/tags/{tag}`. */
@Controller('v2/images/:id/tags/:tag')
export class ImageTagsController {
  constructor(
    private readonly commands: ClientCommandHandler,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Put()
  @EmptyReply(204)
  async add(
    @Param('id') imageId: string,
    @Param('tag') tag: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    if (tag.length > MAX_NAME_LENGTH) throw badRequest(`A tag can be no longer than ${MAX_NAME_LENGTH} characters`);
    mustBeStorable('tags', tag);
    await this.commands.handle({ type: 'AddTag', imageId, tag, quotas: this.config.quotas }, context);
  }

  @Delete()
  @EmptyReply(204)
  async remove(
    @Param('id') imageId: string,
    @Param('tag') tag: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.commands.handle({ type: 'RemoveTag', imageId, tag }, context);
  }
}
