import type { Command } from 'commander';
import { Option } from 'commander';
import type { LoadMode } from '../modules/metadefs/commands/namespace-loader.js';
import type { GlobalOptions } from './global-options.js';
import type { Add, Json, PathOption, ProgramActions } from './commands.js';

type LoadOptions = PathOption &
  Readonly<{ merge?: boolean; preferNew?: boolean; prefer_new?: boolean; overwrite?: boolean }>;

const metadefs: Add = (program, actions, done) => {
  const commands = program.command('metadefs').description('metadata definitions');
  withLoadOptions(commands.command('load'))
    .description('load definition files; namespaces that are there already are left as they are')
    .action(async (_: unknown, command: Command) => done(await load(command.optsWithGlobals(), command, actions)));
  commands
    .command('unload')
    .description('delete all namespaces, protected ones too, and all resource types')
    .action(async (_: unknown, command: Command) => done(await actions.unloadMetadefs(command.optsWithGlobals())));
  commands
    .command('export')
    .description('write one definition file for each namespace')
    .option('--path <folder>', 'where to (default: metadata_source_path, or else the working directory)')
    .action(async (_: unknown, command: Command) => done(await actions.exportMetadefs(command.optsWithGlobals())));
  commands
    .command('history')
    .description('what happened to a namespace: when, by whom, what changed from what to what')
    .argument('<namespace>')
    .option('--json', 'one JSON object a line')
    .action(async (namespace: string, _: unknown, command: Command) =>
      done(await actions.metadefHistory(namespace, command.optsWithGlobals<GlobalOptions & Json>())),
    );
};

/** As glance-manage spells the same commands, for the scripts of operators who come from it. */
const glanceManage: Add = (program, actions, done) => {
  const db = program.command('db', { hidden: true }).description('metadata definitions, as glance-manage spells it');
  withLoadOptions(db.command('load_metadefs')).action(async (_: unknown, command: Command) =>
    done(await load(command.optsWithGlobals(), command, actions)),
  );
  const unload = async (_: unknown, command: Command): Promise<void> =>
    done(await actions.unloadMetadefs(command.optsWithGlobals()));
  db.command('unload_metadefs').action(unload);
  db.command('export_metadefs')
    .option('--path <folder>')
    .action(async (_: unknown, command: Command) => done(await actions.exportMetadefs(command.optsWithGlobals())));
  program
    .command('db_load_metadefs', { hidden: true })
    .argument('[path]')
    .argument('[merge]')
    .argument('[prefer_new]')
    .argument('[overwrite]')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const [path, ...words] = command.args;
      const [merge = false, preferNew = false, overwrite = false] = words.map(isYes);
      done(
        await load(
          {
            ...command.optsWithGlobals(),
            merge,
            preferNew,
            overwrite,
            ...(path !== undefined && path !== '' && { path }),
          },
          command,
          actions,
        ),
      );
    });
  program.command('db_unload_metadefs', { hidden: true }).action(unload);
  program
    .command('db_export_metadefs', { hidden: true })
    .argument('[path]')
    .action(async (path: string | undefined, _: unknown, command: Command) =>
      done(await actions.exportMetadefs({ ...command.optsWithGlobals(), ...(path !== undefined && { path }) })),
    );
};

/** The commands on metadata definitions. */
export const addMetadefs: Add = (program, actions, done) => {
  metadefs(program, actions, done);
  glanceManage(program, actions, done);
};

const withLoadOptions = (command: Command): Command =>
  command
    .option('--path <file-or-folder>', 'a definition file, or a folder of them (default: metadata_source_path)')
    .option('--merge', 'add what existing namespaces have not got')
    .option('--prefer-new', 'with --merge: replace what has the same name')
    .addOption(new Option('--prefer_new').hideHelp())
    .option('--overwrite', 'with --merge: replace existing namespaces altogether');

function load(asked: GlobalOptions & LoadOptions, command: Command, actions: ProgramActions): Promise<number> {
  const { merge = false, preferNew = false, prefer_new: preferNewToo = false, overwrite = false, ...options } = asked;
  const mode = loadMode(merge, preferNew || preferNewToo, overwrite);
  if (mode === null) command.error('--prefer-new and --overwrite need --merge, and exclude each other.');
  return actions.loadMetadefs({ ...options, mode });
}

/** Null for a combination that makes no sense. */
function loadMode(merge: boolean, prefersNew: boolean, overwrites: boolean): LoadMode | null {
  if (prefersNew && overwrites) return null;
  if (!merge) return prefersNew || overwrites ? null : 'skip';
  if (prefersNew) return 'prefer_new';
  return overwrites ? 'overwrite' : 'merge';
}

/** Whether a word in its place asks for something; one that says no does not. */
const isYes = (word: string): boolean => !['', '0', 'false', 'no', 'none', 'off'].includes(word.toLowerCase());
