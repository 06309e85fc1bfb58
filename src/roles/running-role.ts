import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { servesHttp } from './role-duties.js';
import { newProcessParts } from './app-parts.js';
import { greeting } from '../cli/greeting.js';
import type { RoleOptions } from '../cli/global-options.js';
import type { Role } from '../cli/commands.js';
import { Generation } from './generation.js';
import { FrontServer } from '../http/front-server.js';
import { RepeatedAction } from '../kernel/repeated-action.js';
import type { Metrics } from '../operability/metrics.js';
import { logRefusedConfig } from '../operability/log-refused-config.js';
import { StatusServer } from '../operability/status-server.js';
import type { ProcessPlace } from '../processes/process-place.js';

/** What uploads that were cut off get to answer their clients and remove their bytes. */
const CLEAN_UP_MS = 5_000;

/**
 * A role that runs in this process, and goes on with a new configuration when it is told to read it again: a new application
 * is made beside the present one, takes over its requests, and the old one ends when it has done what it had begun.
 */
export class RunningRole {
  private readonly shared = newProcessParts();
  private readonly ending = new Set<Promise<unknown>>();
  private readonly fronts: FrontServer[] = [];
  /** Of roles that answer no requests. */
  private readonly status = new StatusServer(this.shared.metrics, () => this.current.problem(this.role));
  private readonly reloading = new RepeatedAction(() => this.reloadOnce());
  private isStopping = false;

  private constructor(
    private readonly role: Role,
    private readonly options: RoleOptions,
    private place: ProcessPlace | null,
  ) {}

  private current!: Generation;

  /**
   * @param place among several processes, whose supervisor speaks for them; null: there is one
   * @throws ConfigError, and what keeps the backend from opening
   */
  static async start(role: Role, options: RoleOptions, place: ProcessPlace | null = null): Promise<RunningRole> {
    const running = new RunningRole(role, options, place);
    await running.startFirst();
    return running;
  }

  get logger(): Logger {
    return this.current.parts.logger;
  }

  get metrics(): Metrics {
    return this.shared.metrics;
  }

  /** Counts from the next time on that the configuration is read. */
  moveTo(place: ProcessPlace): void {
    this.place = place;
  }

  /**
   * Never rejects: what cannot be used is logged, and the present configuration stays.
   * @returns whether the configuration that was read is in use
   */
  reload(): Promise<boolean> {
    return this.reloading.ask();
  }

  /** Requests and jobs in flight may finish within the grace time; what outlives it and the clean-up after it is cut. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await this.reloading.settled();
    await this.leave();
    const graceMs = this.current.parts.config.api.gracefulShutdownTimeoutS * 1000;
    const cutOff = setTimeout(() => this.shared.cutOff.abort(new Error('The service is stopping')), graceMs);
    const lastResort = setTimeout(() => {
      for (const front of this.fronts) front.closeAllConnections();
    }, graceMs + CLEAN_UP_MS);
    await Promise.all([...this.ending, ...this.fronts.map((front) => front.stop()), this.current.end(this.lastWords)]);
    clearTimeout(cutOff);
    clearTimeout(lastResort);
    await this.status.close();
  }

  /** Goes on answering until those who spread requests have noticed that none should come here any more. */
  private async leave(): Promise<void> {
    if (!servesHttp(this.role)) return;
    this.shared.leaving.abort();
    await sleep(this.current.parts.config.api.shutdownDelayS * 1000);
  }

  private async startFirst(): Promise<void> {
    this.current = await this.nextGeneration();
    const { config, logger } = this.current.parts;
    try {
      await this.listen(this.current);
    } catch (error) {
      await this.current.end('cannot listen'); // what has been started already would keep the process alive
      throw error;
    }
    this.current.observe(this.role);
    if (this.place !== null) return;
    const address = this.fronts.at(-1)?.url;
    const statusPort = this.status.port;
    const where = { ...(address && { address }), ...(statusPort !== null && { status_port: statusPort }) };
    logger.info({ role: this.role, ...where, data_dir: config.dataDir }, 'ready');
    if (this.role === 'serve' && address) for (const line of greeting(config, address)) console.error(line);
  }

  private nextGeneration(): Promise<Generation> {
    return Generation.start(this.role, this.options, this.shared, this.place);
  }

  private get lastWords(): string {
    return this.place === null ? 'stopped' : 'process stopped';
  }

  private async reloadOnce(): Promise<boolean> {
    if (this.isStopping) return false;
    try {
      await this.replaceBy(await this.nextGeneration());
      if (this.place === null) this.logger.info({ role: this.role }, 'configuration read again');
      return true;
    } catch (error) {
      logRefusedConfig(this.logger, error);
      return false;
    }
  }

  private async replaceBy(next: Generation): Promise<void> {
    try {
      await this.listen(next);
    } catch (error) {
      await next.end('not used');
      throw error;
    }
    const previous = this.current;
    this.current = next;
    next.observe(this.role);
    this.track(previous.end('the former configuration is no longer in use'));
  }

  /** Keeps the socket unless the address has changed. @throws ConfigError */
  private async listen(generation: Generation): Promise<void> {
    const { server, parts } = generation;
    if (server === null) return this.status.listen(parts.config.status);
    const before = this.fronts.at(-1);
    if (before === undefined || !this.isSameAddress(parts.config.api)) {
      const front = await FrontServer.listen(server, parts.config, this.place?.port ?? null);
      if (before !== undefined) this.abandon(before, generation);
      this.fronts.push(front);
    } else {
      before.switchTo(server, parts.config);
    }
    await parts.listensOn(this.fronts.at(-1)?.port ?? 0);
  }

  private isSameAddress({ bindHost, bindPort }: Generation['parts']['config']['api']): boolean {
    const { api } = this.current.parts.config;
    return api.bindHost === bindHost && api.bindPort === bindPort;
  }

  /** A former address takes no new connections; requests on those that are left are answered as everywhere. */
  private abandon(front: FrontServer, { server, parts }: Generation): void {
    if (server !== null) front.switchTo(server, parts.config);
    this.track(front.stop().then(() => this.fronts.splice(this.fronts.indexOf(front), 1)));
  }

  private track(ending: Promise<unknown>): void {
    const noted = ending
      .catch((err: unknown) => this.logger.error({ err }, 'a former configuration did not end properly'))
      .finally(() => this.ending.delete(noted));
    this.ending.add(noted);
  }
}
