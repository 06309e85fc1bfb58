import { newCast } from './callers.js';
import { eventually } from './eventually.js';
import { ImageSession } from './image-session.js';
import type { RedisServer } from './redis.js';
import { Service } from './service.js';
import type { ServiceEnvironment } from './service.js';
import { LOCAL_WEB_SERVERS, twoFileStores } from './service-options.js';

type DeploymentOptions = Readonly<{
  environment?: ServiceEnvironment;
  /** Shares the jobs; without it each worker finds them in the events. */
  redis?: RedisServer;
}>;

/**
 * Two stores; imports from servers of this machine; workers that are soon known to be dead, and processes that end soon.
 * What fails is tried again soon, and not for ever.
 */
export const taskEnvironment = (dataDir: string): ServiceEnvironment => ({
  OS_HINDSIGHT__IDENTITY: 'fakeauth',
  ...twoFileStores(dataDir),
  ...LOCAL_WEB_SERVERS,
  OS_DEFAULT__ENABLED_IMPORT_METHODS: '[glance-direct,web-download,copy-image,glance-download]',
  OS_HINDSIGHT__UPLOAD_LEASE: '2',
});

/** One process of a deployment that serves no requests. */
export class BackgroundProcess {
  constructor(private readonly command: ReturnType<Service['startCommand']>) {}

  /** The exit code; null when a signal ended the process. */
  get exit(): Promise<number | null> {
    return this.command.exit;
  }

  get isRunning(): boolean {
    const { exitCode, signalCode } = this.command.child;
    return exitCode === null && signalCode === null;
  }

  get log(): string {
    const { stdout, stderr } = this.command.result();
    return stdout + stderr;
  }

  /** Asks the process to end, and gives its exit code. */
  stop(): Promise<number | null> {
    this.command.child.kill('SIGTERM');
    return this.exit;
  }

  async kill9(): Promise<void> {
    this.command.child.kill('SIGKILL');
    await this.exit;
  }
}

/** An API process, and workers and scrubbers as a test starts them, all on one data folder. */
export class TaskDeployment {
  private readonly processes: BackgroundProcess[] = [];
  private readonly caller = newCast();

  private constructor(
    readonly api: Service,
    private readonly overlay: { environment: ServiceEnvironment },
  ) {}

  static async start({ environment = {}, redis }: DeploymentOptions = {}): Promise<TaskDeployment> {
    const overlay: { environment: ServiceEnvironment } = { environment: {} };
    const api = await Service.start({
      role: 'api',
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        ...(redis && { OS_HINDSIGHT__REDIS_URL: redis.url }),
        ...environment,
        ...overlay.environment,
      }),
    });
    return new TaskDeployment(api, overlay);
  }

  get dataDir(): string {
    return this.api.dataDir;
  }

  get member(): ImageSession {
    return new ImageSession(() => this.api.url, this.caller.member);
  }

  get admin(): ImageSession {
    return new ImageSession(() => this.api.url, this.caller.admin);
  }

  /** A worker that is at work. @param environment options of this process only */
  startWorker(environment: ServiceEnvironment = {}): Promise<BackgroundProcess> {
    return this.startProcess(environment, 'worker');
  }

  startScrubber(): Promise<BackgroundProcess> {
    return this.startProcess({ OS_DEFAULT__WAKEUP_TIME: '1' }, 'scrubber', '--daemon');
  }

  /** Ends what a test has started, but the API. */
  async stopProcesses(): Promise<void> {
    const running = this.processes.splice(0).filter((process) => process.isRunning);
    await Promise.all(running.map((process) => process.kill9()));
  }

  async remove(): Promise<void> {
    await this.stopProcesses();
    await this.api.remove();
  }

  /** Starts the API process with options of its own. */
  async restartApi(environment: ServiceEnvironment = {}): Promise<void> {
    await this.withEnvironment(environment, () => this.api.launch());
  }

  private async startProcess(environment: ServiceEnvironment, ...role: readonly string[]): Promise<BackgroundProcess> {
    const command = this.withEnvironment(environment, () => this.api.startCommand(...role));
    const process = new BackgroundProcess(command);
    this.processes.push(process);
    await eventually(() => {
      if (process.log.includes('"ready"') || !process.isRunning) return;
      throw new Error(`${role.join(' ')} is not ready\n${process.log}`);
    });
    return process;
  }

  /** The environment is read when a process is started. */
  private withEnvironment<Result>(environment: ServiceEnvironment, start: () => Result): Result {
    this.overlay.environment = environment;
    try {
      return start();
    } finally {
      this.overlay.environment = {};
    }
  }
}
