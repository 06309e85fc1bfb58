import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';
import type { CommandContext, CommandHandling } from '../../../events/handle-command.js';
import type { Clock } from '../../../kernel/clock.js';
import type { Untimed } from '../../../kernel/untimed.js';
import type { NamespaceCommand } from '../domain/metadef.commands.js';
import type { NamespaceState } from '../domain/namespace-state.js';
import { namespaceDecider } from '../domain/namespace.decider.js';
import { namespaceStream } from './metadef-streams.js';

/**
 * Brings a requested rename to its end. The stream of the new name decides, once and for all; whoever meets a rename that
 * was left halfway, after a crash say, may do the rest, and any number may do so at once.
 */
export class RenameCompletion {
  constructor(
    private readonly commands: CommandHandling<MetadefNamespaceEvent>,
    private readonly clock: Clock,
  ) {}

  /** @param name the name that is given up; without effect when it is not being given up (any more) */
  async complete(name: string, context: CommandContext): Promise<void> {
    const { namespace, rename } = (await this.commands.loadState(namespaceDecider, namespaceStream(name))).state;
    if (namespace === null || rename === null) return;
    const { renameId, header } = rename;
    const definition = { ...namespace, ...header, updatedAt: this.now() };
    const adopt = { type: 'AdoptNamespace', namespace: header.name, renameId, previousName: name, definition } as const;
    const outcome = (await this.handle(adopt, context)).decided.get(renameId) ?? 'refused';
    await this.handle({ type: 'EndRename', namespace: name, renameId, outcome }, context);
  }

  private async handle(untimed: Untimed<NamespaceCommand>, context: CommandContext): Promise<NamespaceState> {
    const command: NamespaceCommand = { ...untimed, now: this.now() };
    return (await this.commands.handle(namespaceDecider, namespaceStream(command.namespace), command, context)).state;
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}
