import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { PROPERTY_ACCESS } from '../../../kernel/property-access.js';
import type { PropertyAccess } from '../../../kernel/property-access.js';
import { TASK_SECRETS } from '../../../kernel/task-secrets.js';
import type { TaskSecrets } from '../../../kernel/task-secrets.js';
import type { DescriptiveChange } from '../../../modules/images/domain/image.commands.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import { HttpDownloads } from '../../../outbound/http-downloads.js';
import { RemoteRefused } from '../../../outbound/outbound.errors.js';
import { RemoteImages } from '../../../outbound/remote-images.js';
import type { RemoteImage } from '../../../outbound/remote-image.js';
import { FileData } from './import-data.js';
import type { ImportWork } from './import-work.js';

/** glance-download: takes over an image of another image service, in the name of the user. */
@Injectable()
export class RemoteImageImport {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly downloads: HttpDownloads,
    private readonly remoteImages: RemoteImages,
    @Inject(TASK_SECRETS) private readonly secrets: TaskSecrets,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    @Inject(PROPERTY_ACCESS) private readonly properties: PropertyAccess,
  ) {}

  /** Asks the other service anew in each attempt: what it has may have changed. */
  async obtain({ run, imageId, request, signal }: ImportWork): Promise<FileData> {
    const { remoteImage } = request;
    const token = (await this.secrets.find(run.taskId))?.token;
    if (remoteImage === null || token === undefined)
      throw new RemoteRefused('The credentials for the other image service are not there any more');
    const { region, interface: serviceInterface } = remoteImage;
    const endpoint = await this.remoteImages.endpoint({ region, serviceInterface, token });
    const remote = await this.remoteImages.fetchRemoteImage(endpoint, remoteImage.imageId, token, signal);
    const changes = await this.describe(remote, run.requester);
    await this.images.handle({ type: 'DescribeImport', imageId, taskId: run.taskId, changes }, run.context);
    const file = join(await run.folder(), 'download');
    const { sizeBytes } = await this.downloads.downloadToFile({
      ...this.remoteImages.dataOf(endpoint, remoteImage.imageId, token),
      file,
      expected: {
        ...(remote.sizeBytes !== null && { bytes: remote.sizeBytes }),
        ...(remote.checksum !== null && { checksum: remote.checksum }),
      },
      maxBytes: this.config.quotas.imageSizeCapBytes,
      signal,
      onProgress: (done, expected) => run.progress.report('download', done, expected),
    });
    return new FileData(file, sizeBytes);
  }

  /** Formats, and of the properties that the operator wants to have copied those that the requester may set. */
  private async describe(
    { diskFormat, containerFormat, properties }: RemoteImage,
    requester: ImportWork['run']['requester'],
  ): Promise<readonly DescriptiveChange[]> {
    const prefixes = this.config.imports.remoteProperties;
    const wanted = Object.entries(properties).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)));
    const copied = await this.properties.takeable(Object.fromEntries(wanted), requester);
    return [
      { kind: 'set_field', field: 'diskFormat', value: diskFormat },
      { kind: 'set_field', field: 'containerFormat', value: containerFormat },
      ...Object.entries(copied).map(([name, value]) => ({ kind: 'set_property', name, value, when: 'any' }) as const),
    ];
  }
}
