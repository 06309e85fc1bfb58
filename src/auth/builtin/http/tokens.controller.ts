import { Controller, Delete, Get, Head, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readJsonObject } from '../../../http/json-body.js';
import type { JsonObject } from '../../../kernel/json.js';
import { tokenDocument } from '../documents/token-document.js';
import { LoginDesk } from '../login.js';
import type { Session } from '../sessions.js';
import { TokenSigner } from '../token-signer.js';
import { parseAuthRequest } from './auth-request.js';
import { queryOf } from './collection.js';
import { IdentityEdge, isAdmin, refusal } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

const LARGEST_BODY_BYTES = 65_536;

/** Getting, validating and giving back tokens. */
@Controller('identity/v3/auth/tokens')
@UseFilters(KeystoneErrorFilter)
export class TokensController {
  constructor(
    private readonly edge: IdentityEdge,
    private readonly loginDesk: LoginDesk,
    private readonly tokens: TokenSigner,
  ) {}

  @Post()
  @HttpCode(201)
  async issue(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<JsonObject> {
    const { credentials, scope } = parseAuthRequest(await readJsonObject(request, LARGEST_BODY_BYTES));
    const login = await this.loginDesk.logIn(credentials, scope);
    if (login === null) throw this.edge.unauthorized(request);
    return this.present(login.token, login.session, request, reply);
  }

  @Head()
  @HttpCode(200)
  async check(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.validate(request, reply);
  }

  @Get()
  async validate(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<JsonObject> {
    const asking = await this.edge.requireSession(request);
    const { token, session } = await this.edge.subject(request);
    if (!isOwn(asking, session) && !isAdmin(asking) && !isService(asking)) throw refusal('validate_token');
    return this.present(token, session, request, reply);
  }

  @Delete()
  @HttpCode(204)
  async revoke(@Req() request: FastifyRequest): Promise<void> {
    const asking = await this.edge.requireSession(request);
    const { session } = await this.edge.subject(request);
    if (!isOwn(asking, session) && !isAdmin(asking)) throw refusal('revoke_token');
    await this.tokens.revoke(session.claims);
  }

  private present(token: string, session: Session, request: FastifyRequest, reply: FastifyReply): JsonObject {
    void reply.headers({ 'x-subject-token': token, vary: 'X-Auth-Token', 'cache-control': 'no-store' });
    return tokenDocument(session, queryOf(request).has('nocatalog') ? null : this.edge.catalog(request));
  }
}

const isOwn = (asking: Session, subject: Session): boolean => asking.user.id === subject.user.id;

const isService = (asking: Session): boolean => asking.roles.some((role) => role.name.toLowerCase() === 'service');
