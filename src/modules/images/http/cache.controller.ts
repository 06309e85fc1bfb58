import { Controller, Delete, Get, Headers, HttpCode, Param, Post, Put } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { badRequest, methodNotAllowed } from '../../../http/http-problem.js';
import type { RequestContext } from '../../../http/request-context.js';
import { CacheManagement } from '../queries/cache-management.js';
import type { ClearTarget } from '../queries/cache-management.js';
import { cachedImageDocument } from './cached-image.presenter.js';

/** What looks like the id of an image, but is none. */
const ACTIONS = ['clean', 'prune'];

/** `/v2/cache`: the image cache of this machine, for administrators. */
@Controller('v2/cache')
export class CacheController {
  constructor(private readonly cache: CacheManagement) {}

  @Get()
  async list(@Context() { caller }: RequestContext): Promise<object> {
    return {
      cached_images: (await this.cache.cached(caller, 'cache_list')).map(cachedImageDocument),
      queued_images: await this.cache.queued(caller, 'cache_list'),
    };
  }

  @Delete()
  @EmptyReply(204)
  async clear(
    @Headers('x-image-cache-clear-target') target: string | undefined,
    @Context() { caller }: RequestContext,
  ): Promise<void> {
    await this.cache.clear(parseClearTarget(target), caller, 'cache_delete');
  }

  @Post('clean')
  @EmptyReply(200)
  async clean(@Context() { caller }: RequestContext): Promise<void> {
    await this.cache.clean(caller);
  }

  @Post('prune')
  @HttpCode(200)
  async prune(@Context() { caller }: RequestContext): Promise<object> {
    const { files, bytes } = await this.cache.prune(caller);
    return { total_files_pruned: files, total_bytes_pruned: bytes };
  }

  @Get('nodes/:id')
  async nodes(@Param('id') imageId: string, @Context() { caller }: RequestContext): Promise<readonly string[]> {
    return this.cache.nodesWith(imageId, caller);
  }

  @Put(ACTIONS)
  refusePut(): never {
    throw methodNotAllowed('PUT', 'POST');
  }

  @Delete(ACTIONS)
  refuseDelete(): never {
    throw methodNotAllowed('DELETE', 'POST');
  }

  @Put(':id')
  @EmptyReply(202)
  async queue(@Param('id') imageId: string, @Context() { caller }: RequestContext): Promise<void> {
    await this.cache.queue(imageId, caller, 'cache_image');
  }

  @Delete(':id')
  @EmptyReply(204)
  async remove(@Param('id') imageId: string, @Context() { caller }: RequestContext): Promise<void> {
    await this.cache.remove(imageId, 'both', caller, 'cache_delete');
  }
}

function parseClearTarget(header = ''): ClearTarget {
  const target = header.toLowerCase();
  if (target === '') return 'both';
  if (target === 'cache' || target === 'queue') return target;
  throw badRequest("If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.");
}
