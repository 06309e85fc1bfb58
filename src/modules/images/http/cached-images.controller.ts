import { Controller, Delete, Get, Param, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Context } from '../../../http/context.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import { CacheManagement } from '../queries/cache-management.js';
import { cachedImageDocument } from './cached-image.presenter.js';

const RULE = 'manage_image_cache';

/** `/v2/cached_images` and `/v2/queued_images`: how the cache was managed before there was `/v2/cache`. */
@Controller('v2')
export class CachedImagesController {
  constructor(private readonly cache: CacheManagement) {}

  @Get('cached_images')
  async cached(@Context() { caller }: RequestContext): Promise<object> {
    return { cached_images: (await this.cache.cached(caller, RULE)).map(cachedImageDocument) };
  }

  @Delete('cached_images')
  async clearCached(@Context() { caller }: RequestContext): Promise<object> {
    return { num_deleted: await this.cache.clear('cache', caller, RULE) };
  }

  @Delete('cached_images/:id')
  async evict(
    @Param('id') imageId: string,
    @Context() { caller }: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.cache.remove(imageId, 'cache', caller, RULE);
    sendNull(reply);
  }

  @Get('queued_images')
  async queued(@Context() { caller }: RequestContext): Promise<object> {
    return { queued_images: await this.cache.queued(caller, RULE) };
  }

  @Put('queued_images/:id')
  async queue(
    @Param('id') imageId: string,
    @Context() { caller }: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.cache.queue(imageId, caller, RULE);
    sendNull(reply);
  }

  @Delete('queued_images')
  async clearQueued(@Context() { caller }: RequestContext): Promise<object> {
    return { num_deleted: await this.cache.clear('queue', caller, RULE) };
  }

  @Delete('queued_images/:id')
  async dequeue(
    @Param('id') imageId: string,
    @Context() { caller }: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.cache.remove(imageId, 'queue', caller, RULE);
    sendNull(reply);
  }
}

/** The JSON document `null`, which is not the same as nothing. */
const sendNull = (reply: FastifyReply): void =>
  void reply.code(200).header('Content-Type', 'application/json').send('null');
