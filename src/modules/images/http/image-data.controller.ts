import { Controller, Get, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { headerValue } from '../../../auth/header-value.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { clientAddress } from '../../../http/client-address.js';
import { Context } from '../../../http/context.decorator.js';
import { EmptyReply } from '../../../http/empty-reply.js';
import { lastValue } from '../../../http/query-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import { DOWNLOAD_OBSERVER } from '../../../kernel/downloads.js';
import type { DownloadObserver } from '../../../kernel/downloads.js';
import { UploadImageHandler } from '../commands/upload-image.handler.js';
import { OpenImageDataQuery } from '../queries/open-image-data.query.js';
import { ReadCachedDataQuery } from '../queries/read-cached-data.query.js';
import { parseByteRange } from './byte-range.js';
import { parsePreferredStores } from './preferred-stores.js';
import { sendData } from './send-data.js';
import { mustBeOctetStream, parseExpectedBytes } from './upload-headers.js';

/** `/v2/images/{id}/file`: the data of images, streamed both ways. */
@Controller('v2/images/:id/file')
export class ImageDataController {
  private readonly storeIds: ReadonlySet<string>;

  constructor(
    private readonly uploads: UploadImageHandler,
    private readonly images: OpenImageDataQuery,
    private readonly data: ReadCachedDataQuery,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(DOWNLOAD_OBSERVER) private readonly observer: DownloadObserver,
  ) {
    this.storeIds = new Set(config.stores.backends.map(({ id }) => id));
  }

  @Put()
  @EmptyReply(204)
  async upload(
    @Param('id') imageId: string,
    @Req() request: FastifyRequest,
    @Context() context: RequestContext,
  ): Promise<void> {
    mustBeOctetStream(request.headers['content-type']);
    const expectedBytes = parseExpectedBytes(request.headers);
    const storeHeader = request.headers['x-image-meta-store'];
    const storeId = this.config.stores.multiple && typeof storeHeader === 'string' ? storeHeader : null;
    const token = headerValue(request.headers, 'x-auth-token');
    await this.uploads.upload({ imageId, source: request.raw, storeId, expectedBytes, token }, context);
  }

  @Get()
  async download(
    @Param('id') imageId: string,
    @Req() request: FastifyRequest,
    @Context() { caller }: RequestContext,
    @Query() params: QueryParameters,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = this.config.stores.multiple ? this.storeIds : null;
    const preferred = parsePreferredStores(lastValue(params, 'prefer'), known);
    const image = await this.images.find(imageId, caller, preferred);
    const range = image.locations.length === 0 ? null : parseByteRange(request.headers, image.sizeBytes);
    const data = await this.data.open(image, range);
    if (data === null) {
      void reply.code(204).send();
      return;
    }
    const lengthBytes = range?.length ?? image.sizeBytes;
    reply.hijack();
    reply.raw.writeHead(range === null ? 200 : 206, {
      ...headersOf(reply),
      'Content-Type': 'application/octet-stream',
      ...(range !== null && {
        'Content-Range': `bytes ${range.offset}-${range.offset + range.length - 1}/${image.sizeBytes}`,
      }),
      ...(image.checksum !== null && { 'Content-MD5': image.checksum }),
      'Content-Length': lengthBytes,
    });
    const address = clientAddress(request, this.config.edge.proxyHeaders); // unknown when all is sent
    const sentBytes = await sendData(data, lengthBytes, reply.raw);
    if (sentBytes === null) return;
    const { owner } = image;
    const { projectId, userId } = caller;
    const receiver = { projectId, userId, address };
    this.observer.ended({ imageId, owner, receiver, sentBytes, expectedBytes: lengthBytes });
  }
}

/** What hooks have set on the reply already, such as the request id. */
const headersOf = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
