import { readFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { ConfigPath } from '../config/find-config-files.js';
import type { CacheAction } from './cache/manage-cache.js';
import type {
  Add,
  ConfigOptions,
  Json,
  ProgramActions,
  ReconcileOptions,
  Role,
  ScrubberOptions,
  ServerOptions,
  TailOptions,
  VerifyOptions,
} from './commands.js';
import type { GlobalOptions } from './global-options.js';
import { addMetadefs } from './metadef-program.js';
import type { PolicyQuestion } from './policy.js';
import { addWebhooks } from './webhook-program.js';

/** Positions are 64-bit integers in every event store. */
const MAX_POSITION = 2n ** 63n - 1n;

const ROLES: readonly (readonly [Exclude<Role, 'scrubber'>, string])[] = [
  ['serve', 'run everything in one process'],
  ['api', 'serve the Image API only'],
  ['worker', 'execute jobs only'],
  ['projector', 'keep the read models up to the events only'],
];

/** The command line of the whole program; `done` gets the exit code of the action that ran. */
export function buildProgram(actions: ProgramActions, done: (exitCode: number) => void): Command {
  const program = new Command('hindsight')
    .description('An event-sourced image service that speaks the OpenStack Image API')
    .version(packageVersion())
    .option('--config-file <file>', 'INI file with options (repeatable; what is named later wins)')
    .option('--config-dir <folder>', 'folder whose *.conf are read by name, at its place among the files (repeatable)')
    .option('--data-dir <folder>', 'databases, image data and credentials (default: ./data)')
    .option('--bind-host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--bind-port <port>', 'port to listen on (default: 9292)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Try "hindsight --help".')
    .exitOverride();
  collectConfigPaths(program);
  addRoles(program, actions, done);
  addScrubber(program, actions, done);
  addHistory(program, actions, done);
  addEvents(program, actions, done);
  addProjections(program, actions, done);
  addVerify(program, actions, done);
  addAudit(program, actions, done);
  addReconcile(program, actions, done);
  addConfig(program, actions, done);
  addPolicy(program, actions, done);
  addCache(program, actions, done);
  addMetadefs(program, actions, done);
  addWebhooks(program, actions, done);
  return program;
}

const addRoles: Add = (program, actions, done) => {
  for (const [role, description] of ROLES) {
    program
      .command(role)
      .description(description)
      .action(async (_: unknown, command: Command) =>
        done(await actions.startRole(role, command.optsWithGlobals<GlobalOptions>())),
      );
  }
  program
    .command('registry')
    .description('serve the metadata registry (not available in this version)')
    .action((_: unknown, command: Command) => command.error('The role registry is not available in this version.'));
};

const addScrubber: Add = (program, actions, done) => {
  program
    .command('scrubber')
    .description('remove once what deleted images, dead uploads and ended tasks leave behind')
    .option('--daemon', 'stay, and do so again and again')
    .option(
      '--restore <image-id>',
      'take back the deletion of an image whose data has not been removed, and nothing else',
    )
    .action(async (_: unknown, command: Command) =>
      done(await actions.startScrubber(command.optsWithGlobals<ScrubberOptions>())),
    );
};

const addHistory: Add = (program, actions, done) => {
  program
    .command('history')
    .description('what happened to an image: when, by whom, what changed from what to what')
    .argument('<image-id>')
    .option('--json', 'one JSON object a line')
    .action(async (imageId: string, _: unknown, command: Command) =>
      done(await actions.history(imageId, command.optsWithGlobals<GlobalOptions & Json>())),
    );
};

const addEvents: Add = (program, actions, done) => {
  program
    .command('events')
    .description('the log of all events')
    .command('tail')
    .description('print events in the order in which they were recorded')
    .addOption(
      new Option('--after <position>', 'begin after this position').argParser(position).default(0n, 'the beginning'),
    )
    .option('--follow', 'wait for new events until interrupted')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.tailEvents(command.optsWithGlobals<GlobalOptions & TailOptions>())),
    );
};

const addProjections: Add = (program, actions, done) => {
  const projections = program.command('projections').description('the read models');
  projections
    .command('status')
    .description('how far each read model has followed the log')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.showProjections(command.optsWithGlobals<GlobalOptions & Json>())),
    );
  projections
    .command('rebuild')
    .description('build read models anew from the first event, while the service goes on')
    .argument('[name]', 'only this one')
    .action(async (name: string | undefined, _: unknown, command: Command) =>
      done(await actions.rebuildProjections(name ?? null, command.optsWithGlobals<GlobalOptions>())),
    );
};

const addVerify: Add = (program, actions, done) => {
  program
    .command('verify')
    .description('check events, read models and stored data against each other')
    .option('--audit', 'check that the log is what was signed, and nothing else')
    .option('--public-key <file>', 'with --audit: PEM file with the keys to trust (default: those of this notary)')
    .option('--checkpoints <file>', 'with --audit: checkpoints that were kept outside the log')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & VerifyOptions>();
      const isForAudit = options.publicKey !== undefined || options.checkpoints !== undefined;
      if (isForAudit && options.audit !== true) command.error('--public-key and --checkpoints need --audit.');
      done(await actions.verify(options));
    });
};

const addAudit: Add = (program, actions, done) => {
  const audit = program.command('audit').description('the keys that the log is signed with');
  audit
    .command('public-keys')
    .description('the public keys, the one in use first: for those who verify elsewhere')
    .action(async (_: unknown, command: Command) =>
      done(await actions.showAuditKeys(command.optsWithGlobals<GlobalOptions>())),
    );
  audit
    .command('rotate-key')
    .description('make a new key; the former one stays in the file to vouch for it')
    .action(async (_: unknown, command: Command) =>
      done(await actions.rotateAuditKey(command.optsWithGlobals<GlobalOptions>())),
    );
};

const addReconcile: Add = (program, actions, done) => {
  program
    .command('reconcile')
    .description('find stored data without an image, and images without their data')
    .option('--fix', 'remove such data, and locations without data where another one has them')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.reconcile(command.optsWithGlobals<GlobalOptions & ReconcileOptions>())),
    );
};

const addCache: Add = (program, actions, done) => {
  const cache = program
    .command('cache')
    .description('the image cache of this machine, or of another one')
    .option('--server <url>', 'manage the cache of the service there, over HTTP')
    .addOption(new Option('--os-token <token>', 'token for that service').env('OS_TOKEN'));
  const act = async (action: CacheAction, command: Command): Promise<void> =>
    done(await actions.cache(action, command.optsWithGlobals<GlobalOptions & ServerOptions>()));
  const image = (kind: 'queue' | 'delete', description: string): Command =>
    cache
      .command(kind)
      .description(description)
      .argument('<image-id>')
      .action((imageId: string, _: unknown, command: Command) => act({ kind, imageId }, command));
  const all = (kind: 'prune' | 'clean' | 'prefetch', description: string): Command =>
    cache
      .command(kind)
      .description(description)
      .action((_: unknown, command: Command) => act({ kind }, command));
  cache
    .command('list')
    .description('what is cached, and what is queued')
    .option('--json', 'one JSON object a line')
    .action(({ json = false }: Json, command: Command) => act({ kind: 'list', json }, command));
  image('queue', 'have an image cached');
  image('delete', 'remove an image from the cache and from the queue');
  cache
    .command('clear')
    .description('remove all that is cached and queued')
    .addArgument(new Argument('[target]', 'only these').choices(['cache', 'queue']))
    .action((target: 'cache' | 'queue' | undefined, _: unknown, command: Command) =>
      act({ kind: 'clear', target: target ?? null }, command),
    );
  all('prune', 'remove what was read least recently, until the cache is not larger than image_cache_max_size');
  all('clean', 'remove invalid copies, and unfinished ones that nothing is added to');
  all('prefetch', 'cache what is queued, now');
};

const addConfig: Add = (program, actions, done) => {
  const config = program.command('config').description('the configuration');
  const role = (): Option =>
    new Option('--role <role>', 'as a process of this role would read it; all but serve look for files themselves')
      .choices([...ROLES.map(([name]) => name), 'scrubber'])
      .default('serve');
  config
    .command('show')
    .description('the options that count, and where each comes from; secrets are not shown')
    .addOption(role())
    .option('--set', 'leave out what has its default')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.showConfig(command.optsWithGlobals<GlobalOptions & ConfigOptions>())),
    );
  config
    .command('check')
    .description(
      'read all files as a start does, and list what is wrong and what has no effect; exit code 1 for problems',
    )
    .addOption(role())
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.checkConfig(command.optsWithGlobals<GlobalOptions & ConfigOptions>())),
    );
};

const addPolicy: Add = (program, actions, done) => {
  const policy = program.command('policy').description('who may do what');
  policy
    .command('list')
    .description('all rules that apply, and where each comes from')
    .option('--json', 'one JSON object a line')
    .action(async (_: unknown, command: Command) =>
      done(await actions.listPolicy(command.optsWithGlobals<GlobalOptions & Json>())),
    );
  policy
    .command('check')
    .description('take one decision, and tell which parts of the rule led to it; exit code 1 when it is a refusal')
    .argument('<rule>')
    .option('--user <id>', 'who asks')
    .option('--project <id>', 'of which project; also the owner of the target unless that says otherwise')
    .option('--roles <names>', 'with which roles, separated by commas; implied ones must be named, too')
    .option('--system-scope <scope>', 'scope of a token for the system: all')
    .option('--target <key=value>', 'attribute of what it is about, say visibility=public (repeatable)', collectPair)
    .option('--json', 'one JSON object')
    .action(async (rule: string, _: unknown, command: Command) =>
      done(await actions.checkPolicy(rule, command.optsWithGlobals<GlobalOptions & Json & PolicyQuestion>())),
    );
};

type Pair = readonly [name: string, value: string];

function collectPair(text: string, previous: readonly Pair[] = []): readonly Pair[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be of the form key=value.');
  return [...previous, [text.slice(0, at), text.slice(at + 1)]];
}

/** Two options share one order, so their own values do not tell it. */
function collectConfigPaths(program: Command): void {
  const paths: ConfigPath[] = [];
  const collect = (name: string, attribute: string, kind: ConfigPath['kind']): Command =>
    program.on(`option:${name}`, (path: string) => {
      paths.push({ kind, path });
      program.setOptionValue('configPaths', paths).setOptionValue(attribute, undefined);
    });
  collect('config-file', 'configFile', 'file');
  collect('config-dir', 'configDir', 'folder');
}

function position(text: string): bigint {
  const value = /^\d+$/.test(text) ? BigInt(text) : -1n;
  if (value < 0n || value > MAX_POSITION)
    throw new InvalidArgumentError(`It must be a number from 0 to ${MAX_POSITION}.`);
  return value;
}

function packageVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const known = typeof content === 'object' && content !== null && 'version' in content ? content.version : null;
  return typeof known === 'string' ? known : 'unknown';
}
