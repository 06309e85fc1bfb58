import { access } from 'node:fs/promises';
import { Controller, Get, Head, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { acceptedMediaType } from '../../../http/accepted-media-type.js';
import { LEAVING } from '../../../kernel/leaving.js';

/** Tells a load balancer whether to send requests here. Needs no token. */
@Controller('healthcheck')
export class HealthcheckController {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(LEAVING) private readonly leaving: AbortSignal,
  ) {}

  @Get()
  async check(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const problem = await this.problem();
    const reason = problem ?? 'OK';
    void reply.code(problem === null ? 200 : 503);
    if (acceptedMediaType(request.headers.accept, ['text/plain', 'application/json']) === 'application/json') {
      return { detailed: false, reasons: [reason] };
    }
    void reply.header('Content-Type', 'text/plain; charset=UTF-8');
    return reason;
  }

  @Head()
  probe(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.check(request, reply);
  }

  /** Why no requests should come here; null: they may. */
  private async problem(): Promise<string | null> {
    if (this.leaving.aborted) return 'STOPPING';
    return (await this.isDisabled()) ? 'DISABLED BY FILE' : null;
  }

  /** An operator takes the service out of rotation by creating a file. */
  private async isDisabled(): Promise<boolean> {
    const file = this.config.api.healthcheckDisableFile;
    if (file === null) return false;
    return access(file).then(
      () => true,
      () => false,
    );
  }
}
