import type { EsdbServer } from '../esdb/esdb-server.js';
import { eventually } from '../eventually.js';
import type { RedisServer } from '../redis.js';
import type { ClusterProcess } from './cluster-process.js';

/** The Redis that workers share; it forgets everything with each end. */
export class RedisServerProcess implements ClusterProcess {
  readonly name = 'redis';
  readonly log = '';

  constructor(private readonly redis: RedisServer) {}

  start(): Promise<void> {
    return this.redis.restart();
  }

  kill(): Promise<void> {
    return this.redis.stop();
  }

  async stop(): Promise<number> {
    await this.redis.stop();
    return 0;
  }

  freeze(): void {
    this.redis.pause();
  }

  thaw(): void {
    this.redis.resume();
  }
}

type DatabaseServer = Readonly<{
  restart(): Promise<void>;
  halt(): Promise<void>;
  kill9(): Promise<void>;
  pause(): void;
  resume(): void;
  cut(): Promise<void>;
}>;

/** A database server that breaks off what goes on, and comes back with what it has promised. */
export class DatabaseServerProcess implements ClusterProcess {
  readonly log = '';

  constructor(
    readonly name: string,
    private readonly server: DatabaseServer,
  ) {}

  start(): Promise<void> {
    return this.server.restart();
  }

  kill(): Promise<void> {
    return this.server.kill9();
  }

  async stop(): Promise<number> {
    await this.server.halt();
    return 0;
  }

  freeze(): void {
    this.server.pause();
  }

  thaw(): void {
    this.server.resume();
  }

  cut(): Promise<void> {
    return this.server.cut();
  }
}

/** A KurrentDB as clients see it. What it has answered stays; what it was asked may be stored and not answered. */
export class EsdbServerProcess implements ClusterProcess {
  readonly name = 'kurrentdb';
  readonly log = '';
  private open = (): void => undefined;

  constructor(
    private readonly esdb: EsdbServer,
    private readonly port: number,
  ) {}

  async start(): Promise<void> {
    await this.esdb.listen(this.port);
  }

  kill(): Promise<void> {
    this.esdb.close();
    return Promise.resolve();
  }

  async stop(): Promise<number> {
    await this.kill();
    return 0;
  }

  freeze(): void {
    const opened = new Promise<void>((resolve) => (this.open = resolve));
    this.esdb.beforeCall = () => opened;
    this.esdb.beforeAppendAnswer = () => opened;
  }

  thaw(): void {
    this.esdb.beforeCall = () => undefined;
    this.esdb.beforeAppendAnswer = () => undefined;
    this.open();
  }

  /** When the next event is stored: whoever has sent it hears nothing of it. */
  cut(): Promise<void> {
    return new Promise((resolve) => {
      this.esdb.beforeAppendAnswer = async () => {
        this.esdb.beforeAppendAnswer = () => undefined;
        this.esdb.close();
        await eventually(() => this.esdb.listen(this.port));
        resolve();
      };
    });
  }
}
