import { Module } from '@nestjs/common';
import { KeystoneHttp } from '../auth/keystone/keystone-http.js';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { ExportTargets } from './export-targets.js';
import { HttpClient } from './http-client.js';
import { HttpDownloads } from './http-downloads.js';
import { HttpUploads } from './http-uploads.js';
import { ImageEndpoints, type CatalogReader } from './image-endpoints.js';
import { RemoteImages } from './remote-images.js';
import { S3Uploads } from './s3-uploads.js';
import { UrlFilter } from './url-filter.js';

/** What the service asks of other servers for its clients. */
@Module({
  providers: [
    { provide: UrlFilter, useFactory: ({ outbound }: AppConfig) => new UrlFilter(outbound), inject: [APP_CONFIG] },
    {
      provide: HttpClient,
      useFactory: (filter: UrlFilter, { outbound }: AppConfig) => new HttpClient(filter, outbound.stallTimeoutS),
      inject: [UrlFilter, APP_CONFIG],
    },
    { provide: HttpDownloads, useFactory: (client: HttpClient) => new HttpDownloads(client), inject: [HttpClient] },
    {
      provide: ExportTargets,
      useFactory: (client: HttpClient, filter: UrlFilter, { tasks, outbound }: AppConfig) =>
        new ExportTargets(
          tasks.exportTargets,
          new HttpUploads(client, filter, tasks.exportTargets),
          new S3Uploads(outbound.s3, outbound.stallTimeoutS),
        ),
      inject: [HttpClient, UrlFilter, APP_CONFIG],
    },
    {
      provide: RemoteImages,
      useFactory: async (client: HttpClient, { imports, identity }: AppConfig) =>
        new RemoteImages(client, new ImageEndpoints(imports.remoteEndpoints, await catalogReader(identity))),
      inject: [HttpClient, APP_CONFIG],
    },
  ],
  exports: [UrlFilter, HttpDownloads, ExportTargets, RemoteImages],
})
export class OutboundModule {}

/** Only a Keystone knows of other regions. */
async function catalogReader(identity: AppConfig['identity']): Promise<CatalogReader | null> {
  if (identity.kind !== 'keystone') return null;
  const keystone = await KeystoneHttp.to(identity);
  return (token) => keystone.send({ method: 'GET', path: '/auth/catalog', headers: { 'x-auth-token': token } });
}
