import { All, Controller, Get, HttpCode, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../../../http/http-problem.js';
import type { JsonObject } from '../../../kernel/json.js';
import { versionDocument, versionsDocument } from '../documents/version-document.js';
import { IdentityEdge } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

/** Version discovery, and the answer to all that no other controller of the identity API knows. */
@Controller('identity')
@UseFilters(KeystoneErrorFilter)
export class VersionsController {
  constructor(private readonly edge: IdentityEdge) {}

  @Get()
  @HttpCode(300)
  versions(@Req() request: FastifyRequest): JsonObject {
    return versionsDocument(this.edge.baseUrl(request));
  }

  @Get('v3')
  version(@Req() request: FastifyRequest): JsonObject {
    return versionDocument(this.edge.baseUrl(request));
  }

  /** Nest knows no routes with a trailing slash, but clients ask for the version documents with one. */
  @All('*')
  otherPath(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): JsonObject {
    const path = request.method === 'GET' ? request.url.split('?', 1)[0] : null;
    if (path === '/identity/v3/') return this.version(request);
    if (path !== '/identity/') throw new HttpProblem(404, 'The resource could not be found.');
    void reply.code(300);
    return this.versions(request);
  }
}
