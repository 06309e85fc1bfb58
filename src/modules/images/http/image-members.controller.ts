import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { ClientCommandHandler } from '../commands/client-command.handler.js';
import { ImageMemberQueries } from '../queries/image-member.queries.js';
import { AddMemberDto, SetMemberStatusDto } from './member.dto.js';
import { presentMember } from './member.presenter.js';
import { mustBeStorable } from './text-rules.js';

/** `/v2/images/{id}/members`: the projects that an image is shared with. */
@Controller('v2/images/:id/members')
export class ImageMembersController {
  constructor(
    private readonly commands: ClientCommandHandler,
    private readonly members: ImageMemberQueries,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Get()
  async list(@Param('id') imageId: string, @Context() { caller }: RequestContext): Promise<JsonObject> {
    const members = await this.members.list(imageId, caller);
    return { members: members.map((member) => presentMember(imageId, member)), schema: '/v2/schemas/members' };
  }

  @Get(':member')
  async show(
    @Param('id') imageId: string,
    @Param('member') memberId: string,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    return presentMember(imageId, await this.members.find(imageId, memberId, caller));
  }

  @Post()
  @HttpCode(200)
  async add(
    @Param('id') imageId: string,
    @JsonBody(AddMemberDto) { member }: AddMemberDto,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    mustBeStorable('member ids', member);
    await this.commands.handle({ type: 'AddMember', imageId, memberId: member, quotas: this.config.quotas }, context);
    return this.show(imageId, member, context);
  }

  @Put(':member')
  async setStatus(
    @Param('id') imageId: string,
    @Param('member') memberId: string,
    @JsonBody(SetMemberStatusDto) { status }: SetMemberStatusDto,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    await this.commands.handle({ type: 'SetMemberStatus', imageId, memberId, status }, context);
    return this.show(imageId, memberId, context);
  }

  @Delete(':member')
  @HttpCode(204)
  async remove(
    @Param('id') imageId: string,
    @Param('member') memberId: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.commands.handle({ type: 'RemoveMember', imageId, memberId }, context);
  }
}
