import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type { CommandContext } from '../../../events/handle-command.js';
import type { Untimed } from '../../../kernel/untimed.js';
import type { ImageState } from '../domain/image-state.js';
import { ImageAuthorization } from './image-authorization.js';
import type { ClientCommand } from './image-authorization.js';
import { ImageCommandHandler } from './image-command.handler.js';

/** Who sends a command through the API, in which request. */
export type ClientRequest = Readonly<{ caller: Caller; requestId: string }>;

/** The identity and request that events of a client's command carry. */
export const contextOf = ({ caller, requestId }: ClientRequest): CommandContext => ({ actor: caller, requestId });

/** Runs a client's command: what the policy allows, on the state that is decided on. */
@Injectable()
export class ClientCommandHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly authorization: ImageAuthorization,
  ) {}

  async handle(command: Untimed<ClientCommand>, request: ClientRequest): Promise<void> {
    const authorize = (state: ImageState): Promise<void> =>
      this.authorization.authorize(request.caller, command, state);
    await this.images.handle(command, contextOf(request), authorize);
  }
}
