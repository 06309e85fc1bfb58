import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import { sendHttpRequest } from './http-client.js';
import type { CommandResult } from './run-command.js';

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Variables by oslo.config's names, `OS_<GROUP>__<OPTION>`. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

export type ServiceOptions = Readonly<{
  /** Roles that answer requests; others are started with `startCommand`. */
  role?: 'serve' | 'api';
  /** Options that may depend on the data folder. */
  environment?: (dataDir: string) => ServiceEnvironment;
  /** Further words of the command line that starts the role. */
  args?: (dataDir: string) => readonly string[];
  /** The address is in a file that `args` names: this port of the loopback interface. */
  configuredPort?: number;
  /** An existing folder, which then outlives the service; default: a new one, removed by `remove()`. */
  dataDir?: string;
}>;

/** Only what the program needs: options of the surrounding shell must not leak into a test. */
const childEnvironment = (environment: ServiceEnvironment) => ({
  PATH: process.env['PATH'] ?? '',
  // A Glance that is installed on this machine must not configure the service under test.
  OS_GLANCE_CONFIG_DIR: '/nonexistent',
  HOME: process.env['HOME'] ?? '',
  TZ: 'UTC',
  ...environment,
});

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });

/** The built program as a process of its own, with a data folder and a loopback port of its own. */
export class Service {
  private child: ChildProcess | null = null;
  private output = '';

  private constructor(
    readonly dataDir: string,
    private readonly ownsDataDir: boolean,
    private readonly port: number,
    private readonly options: ServiceOptions,
  ) {}

  /** Resolves when the service answers; fails with its log when it does not start. */
  static async start(options: ServiceOptions = {}): Promise<Service> {
    const service = await Service.prepare(options);
    await service.launch();
    return service;
  }

  /** A service that is not running yet: for tests about starting. */
  static async prepare(options: ServiceOptions = {}): Promise<Service> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'hindsight-e2e-')));
    return new Service(dataDir, options.dataDir === undefined, options.configuredPort ?? (await freePort()), options);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return this.child !== null;
  }

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error('the service is not running');
    return this.child.pid;
  }

  /** All that the processes of this service have printed so far. */
  get log(): string {
    return this.output;
  }

  async launch(): Promise<void> {
    const child = this.spawnRole();
    await eventually(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const answer = await sendHttpRequest(this.url, { method: 'GET', path: '/healthcheck' });
      if (answer.status !== 200) throw new Error(`GET /healthcheck answered ${answer.status}`);
    }).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw new Error(`the service does not answer: ${String(error)}\n${this.output}`);
    });
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the service ended at once with ${child.exitCode ?? child.signalCode ?? '?'}\n${this.output}`);
    }
  }

  /** Starts the process and waits until it ends by itself: for starts that must be refused. */
  async launchUntilExit(): Promise<number | null> {
    return exitOf(this.spawnRole());
  }

  /** Asks the process to end, and gives its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Sends the process a signal that it goes on after. */
  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Starts a stopped or killed service again, on the same port and data. */
  async restart(): Promise<void> {
    if (this.child !== null) await this.stop();
    await this.launch();
  }

  /** Stops the service if need be, and removes its data. */
  async remove(): Promise<void> {
    if (this.child !== null) await this.kill9();
    // Processes of a killed one may close their files at this very moment.
    if (this.ownsDataDir) await rm(this.dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** Runs a command of the program on the data of this service. */
  async command(...args: readonly string[]): Promise<CommandResult> {
    const { exit, result } = this.startCommand(...args);
    await exit;
    return result();
  }

  /** Starts a command, for tests that do not let it come to its end. */
  startCommand(...args: readonly string[]): {
    child: ChildProcess;
    exit: Promise<number | null>;
    result: () => CommandResult;
  } {
    const child = spawn(process.execPath, [PROGRAM, ...args, '--data-dir', this.dataDir], {
      env: childEnvironment(this.environment()),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, exit: closed, result: () => ({ exitCode: child.exitCode, stdout, stderr }) };
  }

  private environment(): ServiceEnvironment {
    return this.options.environment?.(this.dataDir) ?? {};
  }

  private spawnRole(): ChildProcess {
    const address =
      this.options.configuredPort === undefined ? ['--bind-host', '127.0.0.1', '--bind-port', String(this.port)] : [];
    const child = spawn(
      process.execPath,
      [
        PROGRAM,
        this.options.role ?? 'serve',
        '--data-dir',
        this.dataDir,
        ...address,
        ...(this.options.args?.(this.dataDir) ?? []),
      ],
      {
        env: childEnvironment(this.environment()),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const collect = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.child = child;
    return child;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === null) throw new Error('the service is not running');
    this.child = null;
    const exit = exitOf(child);
    child.kill(signal);
    return exit;
  }
}
