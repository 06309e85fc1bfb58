import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import type { Untimed } from '../../../kernel/untimed.js';
import type { ImageEvent } from '../../../events/contracts/image-events.js';
import { CommandHandling } from '../../../events/handle-command.js';
import type { CommandContext, HandledCommand } from '../../../events/handle-command.js';
import { ProjectionRunner } from '../../../projections/projection-runner.js';
import type { ImageCommand } from '../domain/image.commands.js';
import { imageDecider } from '../domain/image.decider.js';
import type { ImageState } from '../domain/image-state.js';

export const imageStream = (imageId: string): string => `image-${imageId}`;

/** Where every command on an image goes: load, authorise, decide, append, and wait until the read models show it. */
@Injectable()
export class ImageCommandHandler {
  constructor(
    @Inject(CommandHandling) private readonly commands: CommandHandling<ImageEvent>,
    private readonly projections: ProjectionRunner<ImageEvent>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param authorize throws to refuse; sees the state that the decision is made on
   * @throws the refusals of the image's decider, ConcurrentChange, EventStoreUnavailable
   */
  async handle(
    untimed: Untimed<ImageCommand>,
    context: CommandContext,
    authorize?: (state: ImageState) => void | Promise<void>,
  ): Promise<HandledCommand<ImageState, ImageEvent>> {
    const command: ImageCommand = { ...untimed, now: this.clock.now().toISOString() };
    const handled = await this.commands.handle(imageDecider, imageStream(command.imageId), command, context, authorize);
    await this.projections.catchUp(handled.position);
    return handled;
  }

  /** What the image is now, folded from its events. */
  async stateOf(imageId: string): Promise<ImageState> {
    return (await this.commands.loadState(imageDecider, imageStream(imageId))).state;
  }
}
