import { randomUUID } from 'node:crypto';
import { Controller, Delete, Get, Inject, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerValue } from '../../../auth/header-value.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { HttpProblem } from '../../../http/http-problem.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import { readJsonBody } from '../../../http/json-body.js';
import { firstPageLink, nextPageLink } from '../../../http/paging-links.js';
import { lastValue } from '../../../http/query-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import type { ImageDetails } from '../../../projections/images/image-details.read-model.js';
import { IMAGE_CACHE } from '../../../stores/image-cache.js';
import type { ImageCache } from '../../../stores/image-cache.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ChangeImageHandler } from '../commands/change-image.handler.js';
import { CreateImageHandler } from '../commands/create-image.handler.js';
import { DeleteImageHandler } from '../commands/delete-image.handler.js';
import { ImageHistoryQueries } from '../queries/image-history.queries.js';
import { ImageQueries } from '../queries/image.queries.js';
import { parseCreateBody } from './create-image.body.js';
import { withDescriptions } from './described-locations.js';
import { toImageChanges } from './image-changes.js';
import { ImagePresenter } from './image.presenter.js';
import { parseInstant } from './history/instant.js';
import { ImageSchema } from './schemas/image-schema.js';
import { parseListParams } from './list-query/list-images.params.js';
import { parsePatch, patchVersion } from './patch-document.js';

/** `/v2/images`: the records of images. */
@Controller('v2/images')
export class ImagesController {
  constructor(
    private readonly creation: CreateImageHandler,
    private readonly deletion: DeleteImageHandler,
    private readonly changes: ChangeImageHandler,
    private readonly queries: ImageQueries,
    private readonly history: ImageHistoryQueries,
    private readonly presenter: ImagePresenter,
    private readonly schema: ImageSchema,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(IMAGE_CACHE) private readonly cache: ImageCache | null,
  ) {}

  @Post()
  async create(
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id, owner, description } = parseCreateBody(body, this.schema.validate);
    const imageId = id ?? randomUUID();
    const ownedBy = owner === undefined ? context.caller.projectId : owner || null;
    await this.creation.create(imageId, { ...description, owner: ownedBy }, context);
    const image = await this.queries.find(imageId, context.caller);
    void reply
      .code(201)
      .headers({ location: `${context.baseUrl}/v2/images/${imageId}`, ...this.capabilities() })
      .send(this.presenter.present(image, context.caller));
  }

  @Get()
  async list(@Query() params: QueryParameters, @Context() context: RequestContext): Promise<JsonObject> {
    const listing = parseListParams(params, this.config.api);
    const { images, full } = await this.queries.list(listing, context.caller);
    const lastId = full ? images.at(-1)?.id : undefined;
    return {
      images: images.map((image) => this.presenter.present(image, context.caller)),
      first: firstPageLink('/v2/images', params),
      schema: '/v2/schemas/images',
      ...(lastId !== undefined && { next: nextPageLink('/v2/images', params, lastId) }),
    };
  }

  @Get(':id')
  async show(
    @Param('id') imageId: string,
    @Query() params: QueryParameters,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const at = lastValue(params, 'at');
    const image = at === undefined ? this.queries.find(imageId, context.caller) : this.past(imageId, at, context);
    return this.presenter.present(await image, context.caller);
  }

  @Patch(':id')
  async change(
    @Param('id') imageId: string,
    @Req() request: FastifyRequest,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const version = patchVersion(request.headers['content-type']);
    const document = await readJsonBody(request, this.config.api.maxJsonBodyBytes);
    const operations = parsePatch(version, document);
    const patch = toImageChanges(version, operations, this.schema.validatePart);
    if (patch.locations.length > 0) await this.mustShowLocations(imageId, context);
    await this.changes.change({ imageId, ...patch }, context);
    const changed = this.presenter.present(await this.queries.find(imageId, context.caller), context.caller);
    return withDescriptions(changed, operations);
  }

  @Delete(':id')
  @EmptyReply(204)
  async delete(
    @Param('id') imageId: string,
    @Req() { headers }: FastifyRequest,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.deletion.delete(imageId, context, headerValue(headers, 'x-auth-token'));
    await this.cache?.forget(imageId);
  }

  private async past(imageId: string, at: string, { caller }: RequestContext): Promise<ImageDetails> {
    const image = await this.history.at(imageId, parseInstant('at', at), caller);
    if (image === null) throw new HttpProblem(404, `There was no image ${imageId} at ${at}.`);
    return image;
  }

  /** Who does not see locations cannot change them. */
  private async mustShowLocations(imageId: string, { caller }: RequestContext): Promise<void> {
    if (this.config.api.showMultipleLocations) return;
    await this.queries.find(imageId, caller);
    throw new HttpProblem(403, "It's not allowed to change locations if locations are invisible.");
  }

  /** What clients look for in the answer to a create before they choose a way to send data. */
  private capabilities(): Readonly<Record<string, string>> {
    const methods = this.config.api.enabledImportMethods;
    return {
      ...(methods.length > 0 && { 'OpenStack-image-import-methods': methods.join(',') }),
      ...(this.config.stores.multiple && { 'OpenStack-image-store-ids': [...this.stores.keys()].join(',') }),
    };
  }
}
