import { eventually } from '../eventually.js';
import { childrenOf, signalTo } from '../process-signals.js';
import type { Service } from '../service.js';
import { BackgroundProcess } from '../task-deployment.js';
import type { ClusterProcess } from './cluster-process.js';

const START_LIMIT_MS = 120_000;

/** A process that answers requests, alone or with others that it supervises. */
export class ApiProcess implements ClusterProcess {
  constructor(
    readonly name: string,
    readonly service: Service,
  ) {}

  get log(): string {
    return this.service.log;
  }

  /** Where others of its kind have listened a moment ago, they may still be about to end. */
  async start(): Promise<void> {
    const before = this.log.length;
    await eventually(() => this.service.launch(), START_LIMIT_MS);
    await eventually(() => expect(this.log.slice(before)).toContain('"msg":"ready"'), START_LIMIT_MS);
  }

  kill(): Promise<void> {
    return this.service.kill9();
  }

  stop(): Promise<number | null> {
    return this.service.stop();
  }

  freeze(): void {
    this.service.signal('SIGSTOP');
  }

  thaw(): void {
    this.service.signal('SIGCONT');
  }
}

/** One of the processes that a process supervises: it is replaced without anybody's help. */
export class SupervisedApiProcess implements ClusterProcess {
  private frozen: number | null = null;

  constructor(
    readonly name: string,
    private readonly supervisor: Service,
    private readonly index: number,
  ) {}

  get log(): string {
    return '';
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  kill(): Promise<void> {
    this.signal('SIGKILL');
    return Promise.resolve();
  }

  stop(): Promise<null> {
    this.signal('SIGTERM');
    return Promise.resolve(null);
  }

  freeze(): void {
    this.frozen = this.signal('SIGSTOP');
  }

  thaw(): void {
    if (this.frozen !== null) signalTo(this.frozen, 'SIGCONT');
    this.frozen = null;
  }

  /** @returns whom it was sent to; null: nobody is there just now */
  private signal(name: NodeJS.Signals): number | null {
    const pid = this.supervisor.isRunning ? childrenOf(this.supervisor.pid)[this.index] : undefined;
    if (pid === undefined || !signalTo(pid, name)) return null;
    return pid;
  }
}

/** A worker, scrubber or projector. */
export class BackgroundClusterProcess implements ClusterProcess {
  private process: BackgroundProcess | null = null;
  private pid: number | undefined;
  private formerLogs = '';

  constructor(
    readonly name: string,
    private readonly service: Service,
    private readonly role: readonly string[],
  ) {}

  get log(): string {
    return this.formerLogs + (this.process?.log ?? '');
  }

  async start(): Promise<void> {
    await eventually(async () => {
      const command = this.service.startCommand(...this.role);
      const process = new BackgroundProcess(command);
      [this.process, this.pid] = [process, command.child.pid];
      await eventually(() => {
        if (!process.log.includes('"ready"') && process.isRunning) throw new Error(`${this.name} is not ready`);
      }, START_LIMIT_MS);
      if (process.isRunning) return;
      this.formerLogs += process.log;
      throw new Error(`${this.name} has ended\n${process.log}`);
    }, START_LIMIT_MS);
  }

  async kill(): Promise<void> {
    await this.process?.kill9();
    this.forget();
  }

  async stop(): Promise<number | null> {
    const exitCode = (await this.process?.stop()) ?? null;
    this.forget();
    return exitCode;
  }

  freeze(): void {
    if (this.pid !== undefined) signalTo(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    if (this.pid !== undefined) signalTo(this.pid, 'SIGCONT');
  }

  private forget(): void {
    this.formerLogs = this.log;
    [this.process, this.pid] = [null, undefined];
  }
}
