import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { MetadefNamespace } from '../../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';
import { isSameName } from '../../../events/contracts/metadef-evolve.js';
import { CommandHandling } from '../../../events/handle-command.js';
import type { CommandContext, HandledCommand } from '../../../events/handle-command.js';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import type { Untimed } from '../../../kernel/untimed.js';
import { ProjectionRunner } from '../../../projections/projection-runner.js';
import type { NamespaceCommand, UpdateNamespace } from '../domain/metadef.commands.js';
import { MetadefRenameUnfinished } from '../domain/metadef.errors.js';
import { namespaceExists, namespaceNotFound } from '../domain/namespace-guards.js';
import type { NamespaceState } from '../domain/namespace-state.js';
import { namespaceDecider } from '../domain/namespace.decider.js';
import { namespaceStream } from './metadef-streams.js';
import { RenameCompletion } from './rename-completion.js';

/** How often a command is tried again behind somebody else's unfinished rename. */
const MAX_RENAMES = 5;

type HandledNamespace = HandledCommand<NamespaceState, MetadefNamespaceEvent>;

/** Sees the namespace before the decision; what it throws ends the command. */
export type AuthorizeNamespace = (namespace: MetadefNamespace | null) => Promise<void>;

/** Where every command on a namespace goes: load, decide, append, and wait until the read models show it. */
@Injectable()
export class NamespaceCommandHandler {
  private readonly renames: RenameCompletion;

  constructor(
    @Inject(CommandHandling) private readonly commands: CommandHandling<MetadefNamespaceEvent>,
    @Inject(ProjectionRunner) private readonly projections: Pick<ProjectionRunner<MetadefNamespaceEvent>, 'catchUp'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.renames = new RenameCompletion(commands, clock);
  }

  /**
   * @returns the namespace behind the command; null: there is none
   * @throws the refusals of `authorize` and of the namespace's decider, ConcurrentChange, EventStoreUnavailable
   */
  async handle(
    command: Untimed<NamespaceCommand>,
    context: CommandContext,
    authorize?: AuthorizeNamespace,
  ): Promise<MetadefNamespace | null> {
    const { state, position } = await this.behindRenames(command, context, authorize);
    await this.projections.catchUp(position);
    return state.namespace;
  }

  /**
   * Says anew what a namespace is. With another name it goes on in the stream of that name.
   * @throws MetadefExists when the new name is taken, and what `handle` throws
   */
  async update(
    command: Omit<Untimed<UpdateNamespace>, 'type' | 'renameId'>,
    context: CommandContext,
    authorize: AuthorizeNamespace,
  ): Promise<MetadefNamespace> {
    const { namespace: name, header } = command;
    const renameId = randomUUID();
    const mustBePossible: AuthorizeNamespace = async (namespace) => {
      await authorize(namespace);
      if (namespace !== null && !isSameName(name, header.name)) await this.mustBeFree(header.name);
    };
    const asked = { ...command, type: 'UpdateNamespace', renameId } as const;
    const { state, position } = await this.behindRenames(asked, context, mustBePossible);
    await this.projections.catchUp(position);
    if (state.rename !== null) return this.rename(name, renameId, header.name, context);
    if (state.namespace === null) throw namespaceNotFound(name);
    return state.namespace;
  }

  private async rename(
    name: string,
    renameId: string,
    newName: string,
    context: CommandContext,
  ): Promise<MetadefNamespace> {
    await this.renames.complete(name, context);
    const { state, position } = await this.load(newName);
    await this.projections.catchUp(position);
    if (state.decided.get(renameId) !== 'adopted') throw namespaceExists(newName);
    if (state.namespace === null) throw namespaceNotFound(newName);
    return state.namespace;
  }

  private async mustBeFree(name: string): Promise<void> {
    const { namespace } = (await this.load(name)).state;
    if (namespace !== null) throw namespaceExists(namespace.name);
  }

  private load(name: string): Promise<Readonly<{ state: NamespaceState; position: bigint }>> {
    return this.commands.loadState(namespaceDecider, namespaceStream(name));
  }

  private async behindRenames(
    untimed: Untimed<NamespaceCommand>,
    context: CommandContext,
    authorize?: AuthorizeNamespace,
  ): Promise<HandledNamespace> {
    const stream = namespaceStream(untimed.namespace);
    const sees = async ({ namespace }: NamespaceState): Promise<void> => authorize?.(namespace);
    for (let attempt = 1; ; attempt += 1) {
      const command: NamespaceCommand = { ...untimed, now: this.clock.now().toISOString() };
      try {
        return await this.commands.handle(namespaceDecider, stream, command, context, sees);
      } catch (error) {
        if (!(error instanceof MetadefRenameUnfinished) || attempt === MAX_RENAMES) throw error;
      }
      await this.renames.complete(untimed.namespace, context);
    }
  }
}
