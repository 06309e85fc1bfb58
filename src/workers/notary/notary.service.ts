import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { APP_CONFIG } from '../../config/app-config.js';
import type { AppConfig } from '../../config/app-config.js';
import { ConfigError } from '../../config/config-error.js';
import { EVENT_STORE } from '../../events/event-store.js';
import type { EventStore } from '../../events/event-store.js';
import { CLOCK } from '../../kernel/clock.js';
import type { Clock } from '../../kernel/clock.js';
import { LEASES } from '../../kernel/lease.js';
import type { Leases } from '../../kernel/lease.js';
import { AuditKeyFile } from '../../modules/audit/commands/audit-key-file.js';
import { CheckpointFile } from '../../modules/audit/commands/checkpoint-file.js';
import { AuditKeyInvalid } from '../../modules/audit/domain/audit.errors.js';
import { holdLease } from '../hold-lease.js';
import { REACTOR_CHECKPOINTS } from '../reactor.js';
import type { ReactorCheckpoints } from '../reactor.js';
import { WORKER_LOG } from '../worker-log.js';
import type { WorkerLog } from '../worker-log.js';
import { Notary, NOTARY } from './notary.js';
import { NOTARY_LOG } from './notary-log.js';
import type { NotaryLog } from './notary-log.js';

/** How often it is looked for new events: one reading serves many appends, and nobody waits for it. */
const PAUSE_MS = 1000;

/** Has the log signed while the application runs; of many worker processes one does it at a time. */
@Injectable()
export class NotaryService implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly keys: AuditKeyFile;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'audit'>,
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(REACTOR_CHECKPOINTS) private readonly checkpoints: ReactorCheckpoints,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(WORKER_LOG) private readonly log: Pick<WorkerLog, 'interrupted'>,
    @Inject(NOTARY_LOG) private readonly notaryLog: NotaryLog,
  ) {
    this.keys = new AuditKeyFile(config.audit.keyFile);
  }

  /** @throws ConfigError when there is no key to sign with */
  async onModuleInit(): Promise<void> {
    try {
      if (this.config.audit.makesKey) await this.keys.makeIfMissing();
      await this.keys.read();
    } catch (error) {
      if (!(error instanceof AuditKeyInvalid)) throw error;
      throw new ConfigError([`[hindsight] audit_key_file: ${error.message}`], { cause: error });
    }
  }

  onApplicationBootstrap(): void {
    const { leases, log } = this;
    const notary = this.notary();
    this.running = holdLease(
      {
        leases,
        name: NOTARY,
        work: (signal) => notary.run(signal),
        onFailure: (error) => log.interrupted(NOTARY, error),
      },
      this.stopping.signal,
    );
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private notary(): Notary {
    const { eventStore, clock, keys, checkpoints, notaryLog: log } = this;
    const { checkpointFile, maxEvents, maxAgeS } = this.config.audit;
    return new Notary({
      eventStore,
      clock,
      keys,
      checkpoints,
      file: checkpointFile === null ? null : new CheckpointFile(checkpointFile),
      log,
      limits: { maxEvents, maxAgeMs: maxAgeS * 1000, pauseMs: PAUSE_MS },
    });
  }
}
