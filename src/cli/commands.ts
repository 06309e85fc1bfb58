import type { Command } from 'commander';
import type { LoadMode } from '../modules/metadefs/commands/namespace-loader.js';
import type { CacheAction } from './cache/manage-cache.js';
import type { GlobalOptions, RoleOptions } from './global-options.js';
import type { PolicyQuestion } from './policy.js';

/** Roles that a process can play. */
export type Role = 'serve' | 'api' | 'worker' | 'projector' | 'scrubber';

/** `restore`: id of the one image to give back. */
export type ScrubberOptions = RoleOptions & Readonly<{ restore?: string }>;

export type Json = Readonly<{ json?: boolean }>;
/** File or folder of definition files. */
export type PathOption = Readonly<{ path?: string }>;
/** `audit`: the log is compared with what was signed, instead of with everything else. */
export type VerifyOptions = Json & Readonly<{ audit?: boolean; publicKey?: string; checkpoints?: string }>;
export type ReconcileOptions = Json & Readonly<{ fix?: boolean }>;
/** The server whose cache is meant; without one, the cache in this machine's folder. */
export type ServerOptions = Readonly<{ server?: string; osToken?: string }>;
/** As which role the configuration is read. */
export type ConfigOptions = Json & Readonly<{ role: Role }>;
export type TailOptions = Json & Readonly<{ after: bigint; follow?: boolean }>;

/** What the commands do. Each resolves to an exit code: 0 ok, 1 failure or finding, 2 usage or configuration. */
export type ProgramActions = Readonly<{
  startRole(role: Exclude<Role, 'scrubber'>, options: GlobalOptions): Promise<number>;
  startScrubber(options: ScrubberOptions): Promise<number>;
  history(imageId: string, options: GlobalOptions & Json): Promise<number>;
  tailEvents(options: GlobalOptions & TailOptions): Promise<number>;
  showProjections(options: GlobalOptions & Json): Promise<number>;
  rebuildProjections(name: string | null, options: GlobalOptions): Promise<number>;
  verify(options: GlobalOptions & VerifyOptions): Promise<number>;
  showAuditKeys(options: GlobalOptions): Promise<number>;
  rotateAuditKey(options: GlobalOptions): Promise<number>;
  reconcile(options: GlobalOptions & ReconcileOptions): Promise<number>;
  listPolicy(options: GlobalOptions & Json): Promise<number>;
  checkPolicy(rule: string, options: GlobalOptions & Json & PolicyQuestion): Promise<number>;
  showConfig(options: GlobalOptions & ConfigOptions & Readonly<{ set?: boolean }>): Promise<number>;
  checkConfig(options: GlobalOptions & ConfigOptions): Promise<number>;
  cache(action: CacheAction, options: GlobalOptions & ServerOptions): Promise<number>;
  loadMetadefs(options: GlobalOptions & PathOption & Readonly<{ mode: LoadMode }>): Promise<number>;
  unloadMetadefs(options: GlobalOptions): Promise<number>;
  exportMetadefs(options: GlobalOptions & PathOption): Promise<number>;
  listWebhooks(options: GlobalOptions & Json): Promise<number>;
  listDeadLetters(webhook: string | null, options: GlobalOptions & Json): Promise<number>;
  retryDeadLetters(webhook: string, eventId: string | null, options: GlobalOptions & Json): Promise<number>;
  metadefHistory(namespace: string, options: GlobalOptions & Json): Promise<number>;
}>;

/** Adds commands to the command line. */
export type Add = (program: Command, actions: ProgramActions, done: (exitCode: number) => void) => void;
