import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { isPostgresInstalled, postgresProgram } from '../postgres.js';
import { runCommand } from '../run-command.js';
import type { CommandResult } from '../run-command.js';
import { eventually } from '../eventually.js';
import type { ComposeService } from './compose-file.js';

/** How a process is started. */
export type ProcessSettings = Readonly<{
  words: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Whom it runs as, if not as this process. */
  account?: Readonly<{ uid: number; gid: number }> | null;
  folder?: string;
}>;

/** What becomes of a process of a service. */
export type RunningService = Readonly<{ stop(signal: NodeJS.Signals): Promise<void>; log: string }>;

/** Programs of this machine where Debian puts them, and the Node that runs the test. */
const SEARCH_PATH = [
  process.env['PATH'] ?? '',
  '/usr/sbin',
  ...(isPostgresInstalled() ? [dirname(postgresProgram('pg_isready'))] : []),
].join(':');

/** A service of a composition as a process, or as several, of this machine. */
export class Container {
  constructor(
    readonly service: string,
    readonly address: string,
    private readonly running: RunningService,
    private readonly definition: ComposeService,
    /** Puts what counts on this machine in the place of what counts in the container. */
    private readonly translate: (text: string) => string,
  ) {}

  get log(): string {
    return this.running.log;
  }

  /** Runs the health check of the composition; null when there is none. */
  async check(): Promise<CommandResult | null> {
    const [kind, ...words] = this.definition.healthcheck?.test ?? [];
    if (kind === undefined) return null;
    const translated = words.map((word) => this.translate(word));
    const [program = '', ...args] = kind === 'CMD' ? translated : ['sh', '-c', ...translated];
    return runCommand(programOf(program), args, { PATH: SEARCH_PATH });
  }

  async healthy(): Promise<void> {
    await eventually(async () => {
      const result = await this.check();
      if (result !== null && result.exitCode !== 0)
        throw new Error(`${this.service} is not well: ${result.stdout}${result.stderr}\n${this.log}`);
    }, 120_000);
  }

  stop(signal: NodeJS.Signals = this.definition.stop_signal ?? 'SIGTERM'): Promise<void> {
    return this.running.stop(signal);
  }
}

/** A process that is expected to stay. */
export function startProcess({
  words,
  environment,
  account,
  folder,
}: ProcessSettings): RunningService & Readonly<{ exit: Promise<number | null> }> {
  const [program = '', ...args] = words;
  const child = spawn(programOf(program), args, {
    env: { PATH: SEARCH_PATH, TZ: 'UTC', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(account ?? {}),
    ...(folder !== undefined && { cwd: folder }),
  });
  let log = '';
  const collect = (chunk: Buffer): void => void (log += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.on('error', (error) => (log += error.message));
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    exit,
    get log() {
      return log;
    },
    stop: async (signal) => {
      child.kill(signal);
      await exit;
    },
  };
}

const programOf = (program: string): string => (program === 'node' ? process.execPath : program);
