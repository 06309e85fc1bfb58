import { All, Controller, Get, Header, HttpCode, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { advertisedVersions } from '../../../http/api-versions.js';
import type { ApiVersion } from '../../../http/api-versions.js';
import { baseUrl } from '../../../http/base-url.js';
import { Context } from '../../../http/context.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import { versionDocument } from './version-document.js';
import type { VersionDocument } from './version-document.js';

/** Which versions there are. Paths that belong to nobody are routed to `/`, see http/request-target.ts. */
@Controller()
export class VersionsController {
  private readonly versions: readonly ApiVersion[];

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    this.versions = advertisedVersions(config);
  }

  @All()
  @HttpCode(300)
  choices(@Req() request: FastifyRequest): VersionDocument {
    return this.list(request);
  }

  @All('versions')
  @HttpCode(200)
  list(@Req() request: FastifyRequest): VersionDocument {
    return versionDocument(this.versions, baseUrl(request, this.config));
  }

  @Get('v2')
  @HttpCode(302)
  @Header('Content-Type', 'text/plain; charset=UTF-8')
  toSlash(@Context() context: RequestContext, @Res({ passthrough: true }) reply: FastifyReply): void {
    void reply.header('Location', `${context.baseUrl}/v2/`);
  }
}
