import type { Logger } from 'pino';
import type { Role } from '../cli/commands.js';
import { loadConfigFor } from '../cli/global-options.js';
import type { RoleOptions } from '../cli/global-options.js';
import { greeting } from '../cli/greeting.js';
import { EXIT } from '../cli/run-program.js';
import type { AppConfig } from '../config/app-config.js';
import type { LoadedConfig } from '../config/load-config.js';
import { availablePort } from '../http/available-port.js';
import { localUrl } from '../http/local-url.js';
import { RepeatedAction } from '../kernel/repeated-action.js';
import { createLogger } from '../operability/logger.js';
import { logRefusedConfig } from '../operability/log-refused-config.js';
import { openLogOutput } from '../operability/log-output.js';
import type { LogOutput } from '../operability/log-output.js';
import { runUntilStopped } from '../roles/run-until-stopped.js';
import { CombinedMetrics } from './combined-metrics.js';
import { ProcessSlot } from './process-slot.js';
import { SupervisedProcess } from './supervised-process.js';

/** The first process has ended before it was ready, and has said why. */
class NotStarted extends Error {
  constructor(readonly exitCode: number) {
    super('The first process did not start');
  }
}

/**
 * Runs a role in several processes, as many as the configuration says, until this one is told to stop.
 * @returns the exit code that one process alone would have
 */
export async function superviseRole(role: Role, options: RoleOptions, loaded: LoadedConfig): Promise<number> {
  try {
    return await runUntilStopped(() => Supervisor.start(role, options, loaded));
  } catch (error) {
    if (error instanceof NotStarted) return error.exitCode;
    throw error;
  }
}

/**
 * Keeps processes running that all listen on one address, and speaks for them: to the outside they are one process. It
 * neither answers requests nor opens any data. What `serve` does besides answering requests the first process does.
 */
class Supervisor {
  private readonly slots: ProcessSlot[] = [];
  private readonly leaving = new Set<Promise<void>>();
  private readonly metrics = new CombinedMetrics(() => this.slots.filter(({ process }) => process.isReady).length);
  private exposing: Promise<string | null> | null = null;
  private readonly reloading = new RepeatedAction(() => this.reloadOnce());
  private isStopping = false;

  private constructor(
    private readonly role: Role,
    private readonly options: RoleOptions,
    private config: AppConfig,
    private port: number,
    private output: LogOutput,
  ) {
    this.logger = createLogger(config.log, output);
  }

  logger: Logger;

  /** Resolves when requests are answered; that all processes are ready is said later. @throws ConfigError, NotStarted */
  static async start(role: Role, options: RoleOptions, { config, warnings }: LoadedConfig): Promise<Supervisor> {
    const port = await availablePort(config.api);
    const supervisor = new Supervisor(role, options, config, port, openLogOutput(config.log));
    for (const warning of warnings) supervisor.logger.warn(warning);
    await supervisor.startFirst();
    void Promise.all(supervisor.fill()).then(() => supervisor.announce());
    return supervisor;
  }

  /** Never rejects: what cannot be used is logged, and the present configuration stays. */
  reload(): Promise<void> {
    return this.reloading.ask();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.slots.map((slot) => slot.stop()), ...this.leaving]);
    this.logger.info('stopped');
    this.output.end();
  }

  /** What keeps one process from starting keeps all: it is said once. What is made at a first start is made once, too. */
  private async startFirst(): Promise<void> {
    const first = this.newSlot();
    if (!(await first.process.ready)) {
      const { exitCode } = await first.process.ended;
      this.output.end();
      throw new NotStarted(exitCode ?? EXIT.failure);
    }
    void first.keep();
  }

  /** As many processes as the configuration says; those that are too many leave. */
  private fill(): readonly Promise<void>[] {
    const count = Math.max(this.config.api.workers, 1);
    for (const slot of this.slots.splice(count)) {
      const left = slot.stop().finally(() => this.leaving.delete(left));
      this.leaving.add(left);
    }
    const started: Promise<void>[] = [];
    while (this.slots.length < count) started.push(this.newSlot().keep());
    return started;
  }

  private newSlot(): ProcessSlot {
    const number = this.slots.length + 1;
    const slot = new ProcessSlot(() => this.startProcess(number), {
      ended: ({ pid, lastMetrics }, { exitCode, signal }) => {
        const how = { process: number, ended_pid: pid, exit_code: exitCode, signal };
        this.logger.error(how, 'a process has ended by itself; another one takes its place');
        this.metrics.ended(lastMetrics);
      },
      notStarted: (err) => this.logger.error({ process: number, err }, 'a process cannot be started; soon once more'),
    });
    this.slots.push(slot);
    return slot;
  }

  private startProcess(number: number): SupervisedProcess {
    const isFirst = number === 1;
    const role = isFirst ? this.role : 'api';
    const place = { configRole: this.role, port: this.port, speaks: isFirst };
    return new SupervisedProcess({ number, role, options: this.options, place }, () => this.exposeMetrics());
  }

  private announce(): void {
    if (this.isStopping) return;
    const { dataDir, api } = this.config;
    const address = localUrl(api.bindHost, this.port);
    const pids = this.slots.map(({ process }) => process.pid);
    this.logger.info({ role: this.role, address, data_dir: dataDir, pids }, 'ready');
    if (this.role === 'serve') for (const line of greeting(this.config, address)) console.error(line);
  }

  private async reloadOnce(): Promise<void> {
    if (this.isStopping) return;
    try {
      await this.adopt(loadConfigFor(this.options, process.env, this.role));
    } catch (error) {
      logRefusedConfig(this.logger, error);
    }
  }

  /** The first process finds out whether the configuration can be used. @throws ConfigError */
  private async adopt({ config, warnings }: LoadedConfig): Promise<void> {
    const port = this.isSameAddress(config.api) ? this.port : await availablePort(config.api);
    const output = openLogOutput(config.log);
    const [first, ...others] = this.slots;
    if (!(await first?.process.reload(port, true))) {
      output.end(); // the process has logged why
      return;
    }
    for (const other of others) if (!(await other.process.reload(port, false))) other.renew();
    this.output.end();
    [this.config, this.port, this.output] = [config, port, output];
    this.logger = createLogger(config.log, output);
    if (!this.isStopping) void this.fill();
    for (const warning of warnings) this.logger.warn(warning);
    this.logger.info({ role: this.role }, 'configuration read again');
  }

  private isSameAddress({ bindHost, bindPort }: AppConfig['api']): boolean {
    return this.config.api.bindHost === bindHost && this.config.api.bindPort === bindPort;
  }

  /** Those who ask at the same time get the same. */
  private exposeMetrics(): Promise<string | null> {
    this.exposing ??= this.collectMetrics()
      .catch((err: unknown) => {
        this.logger.error({ err }, 'metrics cannot be put together');
        return null;
      })
      .finally(() => (this.exposing = null));
    return this.exposing;
  }

  private async collectMetrics(): Promise<string> {
    return this.metrics.expose(await Promise.all(this.slots.map(({ process }) => process.measure())));
  }
}
