import { Inject, Injectable } from '@nestjs/common';
import type { MetadefResourceTypeEvent } from '../../../events/contracts/metadef-events.js';
import { CommandHandling } from '../../../events/handle-command.js';
import type { CommandContext } from '../../../events/handle-command.js';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import type { Untimed } from '../../../kernel/untimed.js';
import { ProjectionRunner } from '../../../projections/projection-runner.js';
import type { ResourceTypeCommand } from '../domain/metadef.commands.js';
import { resourceTypeDecider } from '../domain/resource-type.decider.js';
import { resourceTypeStream } from './metadef-streams.js';

/** Where commands on types of resources go. */
@Injectable()
export class ResourceTypeHandler {
  constructor(
    @Inject(CommandHandling) private readonly commands: CommandHandling<MetadefResourceTypeEvent>,
    @Inject(ProjectionRunner) private readonly projections: Pick<ProjectionRunner<MetadefResourceTypeEvent>, 'catchUp'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Makes a type known, which it may be already.
   * @returns its name as it was first written
   * @throws MetadefInvalid for what cannot be a name
   */
  async register(name: string, fromFile: boolean, context: CommandContext): Promise<string> {
    const known = await this.handle(name, { type: 'RegisterResourceType', name, protected: fromFile }, context);
    return known ?? name;
  }

  async remove(name: string, context: CommandContext): Promise<void> {
    await this.handle(name, { type: 'RemoveResourceType' }, context);
  }

  private async handle(
    name: string,
    untimed: Untimed<ResourceTypeCommand>,
    context: CommandContext,
  ): Promise<string | null> {
    const command: ResourceTypeCommand = { ...untimed, now: this.clock.now().toISOString() };
    const handled = await this.commands.handle(resourceTypeDecider, resourceTypeStream(name), command, context);
    await this.projections.catchUp(handled.position);
    return handled.state.name;
  }
}
