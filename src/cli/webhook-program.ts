import type { Command } from 'commander';
import type { Add, Json } from './commands.js';
import type { GlobalOptions } from './global-options.js';

export const addWebhooks: Add = (program, actions, done) => {
  const webhooks = program.command('webhooks').description('servers that are told of events');
  webhooks
    .command('list')
    .description('those that are configured, how far each is behind, and how many events it did not get')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.listWebhooks(command.optsWithGlobals<GlobalOptions & Json>())),
    );
  webhooks
    .command('dead')
    .description('events that were given up after the last attempt')
    .argument('[name]', 'only those of this webhook')
    .option('--json', 'one JSON object a line')
    .action(async (name: string | undefined, _: unknown, command: Command) =>
      done(await actions.listDeadLetters(name ?? null, command.optsWithGlobals<GlobalOptions & Json>())),
    );
  webhooks
    .command('retry')
    .description('send such events once more, now; exit code 1 when some are refused again')
    .argument('<name>')
    .argument('[event-id]', 'only this one')
    .option('--json', 'one JSON object a line')
    .action(async (name: string, eventId: string | undefined, _: unknown, command: Command) =>
      done(await actions.retryDeadLetters(name, eventId ?? null, command.optsWithGlobals<GlobalOptions & Json>())),
    );
};
