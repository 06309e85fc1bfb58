import { Controller, Param, Post } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import type { RequestContext } from '../../../http/request-context.js';
import { ClientCommandHandler } from '../commands/client-command.handler.js';

/** `/v2/images/{id}/actions/...`: withhold an image's data, give it free again, take back a deletion. */
@Controller('v2/images/:id/actions')
export class ImageActionsController {
  constructor(private readonly commands: ClientCommandHandler) {}

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
}
