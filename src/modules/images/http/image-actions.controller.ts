import { Controller, Param, Post } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { badRequest } from '../../../http/http-problem.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import { ClientCommandHandler } from '../commands/client-command.handler.js';
import { RevertImageHandler } from '../commands/revert-image.handler.js';
import { ImageHistoryQueries } from '../queries/image-history.queries.js';
import { RevertImageDto } from './history/revert-image.dto.js';

/** `/v2/images/{id}/actions/...`: withhold an image's data, give it free again, take back a deletion or changes. */
@Controller('v2/images/:id/actions')
export class ImageActionsController {
  constructor(
    private readonly commands: ClientCommandHandler,
    private readonly reversion: RevertImageHandler,
    private readonly history: ImageHistoryQueries,
  ) {}

  @Post('deactivate')
  @EmptyReply(204)
  async deactivate(@Param('id') imageId: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.handle({ type: 'DeactivateImage', imageId }, context);
  }

  @Post('reactivate')
  @EmptyReply(204)
  async reactivate(@Param('id') imageId: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.handle({ type: 'ReactivateImage', imageId }, context);
  }

  @Post('restore')
  @EmptyReply(204)
  async restore(@Param('id') imageId: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.handle({ type: 'RestoreImage', imageId }, context);
  }

  @Post('revert')
  @EmptyReply(204)
  async revert(
    @Param('id') imageId: string,
    @JsonBody(RevertImageDto) { to_revision: revision }: RevertImageDto,
    @Context() context: RequestContext,
  ): Promise<void> {
    const target = await this.history.at(imageId, { revision }, context.caller);
    if (target === null) throw badRequest(`Image ${imageId} has no revision ${String(revision)} to return to.`);
    await this.reversion.revert(imageId, target, context);
  }
}
