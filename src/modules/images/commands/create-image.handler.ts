import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { UnifiedLimits } from '../../../limits/unified-limits.js';
import type { ImageDescription } from '../domain/image.commands.js';
import { ClientCommandHandler } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageAuthorization } from './image-authorization.js';

/** Registers an image for a client. */
@Injectable()
export class CreateImageHandler {
  constructor(
    private readonly clients: ClientCommandHandler,
    private readonly authorization: ImageAuthorization,
    private readonly limits: UnifiedLimits,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'quotas'>,
  ) {}

  /** @throws ActionForbidden, ImageOwnerRefused, LimitExceeded, ImageIdTaken, ImageQuotaExceeded */
  async create(imageId: string, description: ImageDescription, request: ClientRequest): Promise<void> {
    await this.authorization.authorizeNewImage(request.caller, description);
    await this.limits.mustAllow(request.caller.projectId, 'image_count_total', 1);
    const { quotas } = this.config;
    await this.clients.handle({ type: 'CreateImage', imageId, description, quotas }, request);
  }
}
