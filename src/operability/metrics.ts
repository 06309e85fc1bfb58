import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** All metrics at one moment, as one process hands them to another. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** Up to which position of the log a projection has come, and how many it is behind. */
type ProjectionLag = Readonly<{ name: string; checkpoint: bigint; lag: bigint }>;

/** How far the log is signed; `behind`: positions after the last checkpoint. */
type SignedLog = Readonly<{ position: bigint; behind: bigint; ageS: number }>;

/** Everything that is counted and measured, for Prometheus. One instance per process. */
export class Metrics {
  private readonly registry = new Registry();
  private ofAllProcesses = (): Promise<string | null> => Promise.resolve(null);

  readonly httpRequests = new Counter({
    name: 'hindsight_http_requests_total',
    help: 'Requests answered, by method, route pattern and status.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [this.registry],
  });

  readonly httpDuration = new Histogram({
    name: 'hindsight_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its response.',
    labelNames: ['method', 'route'] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300],
    registers: [this.registry],
  });

  readonly uploads = new Counter({
    name: 'hindsight_uploads_total',
    help: 'Uploads of image data that ended, by store and outcome (stored, failed).',
    labelNames: ['store', 'outcome'] as const,
    registers: [this.registry],
  });

  readonly uploadedBytes = new Counter({
    name: 'hindsight_uploaded_bytes_total',
    help: 'Bytes of image data that became durable, by store.',
    labelNames: ['store'] as const,
    registers: [this.registry],
  });

  readonly uploadsInFlight = new Gauge({
    name: 'hindsight_uploads_in_flight',
    help: 'Uploads of image data that are under way, by store.',
    labelNames: ['store'] as const,
    registers: [this.registry],
  });

  readonly downloadedBytes = new Counter({
    name: 'hindsight_downloaded_bytes_total',
    help: 'Bytes sent in answer to downloads of image data, headers included.',
    registers: [this.registry],
  });

  readonly eventAppends = new Counter({
    name: 'hindsight_event_appends_total',
    help: 'Appends to the event log, by outcome (appended, conflict, failed).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly eventsAppended = new Counter({
    name: 'hindsight_events_appended_total',
    help: 'Events appended to the log.',
    registers: [this.registry],
  });

  readonly cacheReads = new Counter({
    name: 'hindsight_image_cache_reads_total',
    help: 'Downloads that the image cache was asked for, by outcome (hit, miss).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly cacheReadBytes = new Counter({
    name: 'hindsight_image_cache_read_bytes_total',
    help: 'Bytes of image data that were to be read from the image cache.',
    registers: [this.registry],
  });

  readonly cacheFills = new Counter({
    name: 'hindsight_image_cache_fills_total',
    help: 'Copies of images that were begun for the image cache, by outcome (cached, failed).',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });

  readonly cacheEvictedBytes = new Counter({
    name: 'hindsight_image_cache_evicted_bytes_total',
    help: 'Bytes that were removed from the image cache to make room.',
    registers: [this.registry],
  });

  readonly consumerFailures = new Counter({
    name: 'hindsight_consumer_failures_total',
    help: 'Times that a consumer of events could not go on, by consumer and error; it tries again.',
    labelNames: ['consumer', 'error'] as const,
    registers: [this.registry],
  });

  readonly projectorEvents = new Counter({
    name: 'hindsight_projector_events_total',
    help: 'Events that this projector has followed the log by.',
    registers: [this.registry],
  });

  readonly projectorAtWork = new Gauge({
    name: 'hindsight_projector_at_work',
    help: 'Whether this process is the projector that follows the log (1), or waits for its turn (0).',
    registers: [this.registry],
  });

  readonly projectorStopped = new Gauge({
    name: 'hindsight_projector_stopped',
    help: 'There with the value 1 while this projector cannot go on, by the name of the error.',
    labelNames: ['error'] as const,
    registers: [this.registry],
  });

  private readonly consumerDeliveries = new Counter({
    name: 'hindsight_consumer_deliveries_total',
    help: 'Attempts to tell other systems of an event, by consumer and outcome (delivered, failed), and events given up.',
    labelNames: ['consumer', 'outcome'] as const,
    registers: [this.registry],
  });

  private readonly consumerStopped = new Gauge({
    name: 'hindsight_consumer_stopped',
    help: '1 for a consumer that met an event which this program cannot read, by the code of the error.',
    labelNames: ['consumer', 'error'] as const,
    registers: [this.registry],
  });

  /** Told by consumers of events. */
  readonly consumers = {
    delivered: (consumer: string): void => this.consumerDeliveries.inc({ consumer, outcome: 'delivered' }),
    failed: (consumer: string): void => this.consumerDeliveries.inc({ consumer, outcome: 'failed' }),
    gaveUp: (consumer: string): void => this.consumerDeliveries.inc({ consumer, outcome: 'given_up' }),
    stopped: (consumer: string, error: string): void => this.consumerStopped.set({ consumer, error }, 1),
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'hindsight_' });
  }

  /** Measures at each scrape how far the projections have come; while that cannot be asked there is no number. */
  observeProjections(status: () => Promise<readonly ProjectionLag[]>): void {
    this.observeProjection('hindsight_projection_lag_events', status, {
      help: 'Positions of the log that a projection has not handled yet.',
      valueOf: ({ lag }) => lag,
    });
    this.observeProjection('hindsight_projection_position', status, {
      help: 'Last position of the log that a projection has handled.',
      valueOf: ({ checkpoint }) => checkpoint,
    });
  }

  private observeProjection(
    name: string,
    status: () => Promise<readonly ProjectionLag[]>,
    { help, valueOf }: Readonly<{ help: string; valueOf: (projection: ProjectionLag) => bigint }>,
  ): void {
    this.registry.removeSingleMetric(name);
    new Gauge({
      name,
      help,
      labelNames: ['projection'] as const,
      registers: [this.registry],
      aggregator: 'max', // of several processes: they look at the same tables, one after the other
      async collect() {
        this.reset();
        for (const each of await status().catch(() => [])) this.set({ projection: each.name }, Number(valueOf(each)));
      },
    });
  }

  /** Looks at each scrape for what of the log is signed; while the log is away, or nothing is signed yet, there is no number. */
  observeAudit(look: () => Promise<SignedLog | null>): void {
    const gauge = (name: string, help: string, valueOf: (signed: SignedLog) => bigint | number): void => {
      this.registry.removeSingleMetric(name);
      new Gauge({
        name,
        help,
        registers: [this.registry],
        async collect() {
          const signed = await look().catch(() => null);
          this.set(signed === null ? NaN : Number(valueOf(signed)));
        },
      });
    };
    gauge(
      'hindsight_audit_signed_position',
      'Position up to which events are covered by a checkpoint.',
      (it) => it.position,
    );
    gauge('hindsight_audit_unsigned_positions', 'Positions of the log behind its last checkpoint.', (it) => it.behind);
    gauge('hindsight_audit_checkpoint_age_seconds', 'Time since the last checkpoint was signed.', (it) => it.ageS);
  }

  /** Measures at each scrape how far consumers of events are behind, whichever process they run in. */
  observeConsumers(status: () => Promise<readonly ProjectionLag[]>): void {
    this.registry.removeSingleMetric('hindsight_consumer_lag_events');
    new Gauge({
      name: 'hindsight_consumer_lag_events',
      help: 'Positions of the log that a consumer has not told of yet.',
      labelNames: ['consumer'] as const,
      aggregator: 'max', // of several processes: they look at the same tables, one after the other
      registers: [this.registry],
      async collect() {
        for (const { name, lag } of await status()) this.set({ consumer: name }, Number(lag));
      },
    });
  }

  /** Counts jobs at each scrape; while their queue is away there is no number. */
  observeJobs(counts: () => Promise<Readonly<{ waiting: number; active: number }>>): void {
    this.registry.removeSingleMetric('hindsight_jobs');
    new Gauge({
      name: 'hindsight_jobs',
      help: 'Jobs of tasks, by state (waiting, active).',
      labelNames: ['state'] as const,
      registers: [this.registry],
      async collect() {
        const { waiting, active } = await counts().catch(() => ({ waiting: NaN, active: NaN }));
        this.set({ state: 'waiting' }, waiting);
        this.set({ state: 'active' }, active);
      },
    });
  }

  /** Measures the image cache at each scrape; while its folder is away there is no number. */
  observeCache(list: () => Promise<readonly Readonly<{ sizeBytes: number }>[]>): void {
    this.registry.removeSingleMetric('hindsight_image_cache_bytes');
    this.registry.removeSingleMetric('hindsight_image_cache_images');
    new Gauge({
      name: 'hindsight_image_cache_images',
      help: 'Images that the image cache holds.',
      registers: [this.registry],
      aggregator: 'first', // of several processes: they share one folder
      async collect() {
        const cached = await list().catch(() => null);
        this.set(cached?.length ?? NaN);
      },
    });
    new Gauge({
      name: 'hindsight_image_cache_bytes',
      help: 'Bytes that the image cache holds.',
      registers: [this.registry],
      aggregator: 'first', // of several processes: they share one folder
      async collect() {
        const cached = await list().catch(() => null);
        this.set(cached?.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) ?? NaN);
      },
    });
  }

  /** All metrics in Prometheus' text format; of all processes where several do the work of one. */
  async expose(): Promise<string> {
    return (await this.ofAllProcesses()) ?? this.registry.metrics();
  }

  /** @param ofAllProcesses gives what is to be shown instead of what this process alone has counted; null if it cannot */
  exposeInstead(ofAllProcesses: () => Promise<string | null>): void {
    this.ofAllProcesses = ofAllProcesses;
  }

  /** What this process has counted. */
  snapshot(): Promise<MetricsSnapshot> {
    return this.registry.getMetricsAsJSON();
  }
}
