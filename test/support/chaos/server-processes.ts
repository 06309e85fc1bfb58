import type { EsdbServer } from '../esdb/esdb-server.js';
import type { PostgresServer } from '../postgres.js';
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

/** A PostgreSQL that breaks off what goes on, and comes back with what it has promised. */
export class PostgresServerProcess implements ClusterProcess {
  readonly name = 'postgres';
  readonly log = '';

  constructor(private readonly postgres: PostgresServer) {}

  start(): Promise<void> {
    return this.postgres.restart();
  }

  kill(): Promise<void> {
    return this.postgres.halt();
  }

  async stop(): Promise<number> {
    await this.postgres.halt();
    return 0;
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
}
