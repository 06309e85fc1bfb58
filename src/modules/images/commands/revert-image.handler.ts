import { Inject, Injectable } from '@nestjs/common';
import { PropertyProtections, UNPROTECTED } from '../../../auth/property-protections.js';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import type { RevertImage } from '../domain/image.commands.js';
import { ClientCommandHandler } from './client-command.handler.js';
import type { ClientRequest } from './client-command.handler.js';
import { ImageCommandHandler } from './image-command.handler.js';

/** Makes the description of an image what it once was, as its history shows it to the client. */
@Injectable()
export class RevertImageHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly clients: ClientCommandHandler,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'quotas'>,
    private readonly properties: PropertyProtections = UNPROTECTED,
  ) {}

  /**
   * @param target without the properties that the client may not read; those of today stay
   * @throws the refusals of ChangeImage and its authorisation
   */
  async revert(imageId: string, target: RevertImage['target'], client: ClientRequest): Promise<void> {
    const { name, visibility, diskFormat, containerFormat, minDiskGb, minRamMb, properties, tags } = target;
    const description = { name, visibility, diskFormat, containerFormat, minDiskGb, minRamMb, properties, tags };
    const command = {
      type: 'RevertImage',
      imageId,
      target: { ...description, protected: target.protected, hidden: target.hidden },
      keeps: await this.unreadable(imageId, client),
      quotas: this.config.quotas,
    } as const;
    await this.clients.handle(command, client);
  }

  private async unreadable(imageId: string, { caller }: ClientRequest): Promise<readonly string[]> {
    const names: string[] = [];
    for (const name of Object.keys((await this.images.stateOf(imageId)).properties))
      if (!(await this.properties.allows('read', name, caller))) names.push(name);
    return names;
  }
}
