import { verdictOf } from './targets.mjs';

/** What was found: metrics of the services, and limits of the machine. */
export class Results {
  metrics = [];
  limits = [];
  part = null;

  /** What is added from now on was found by this part. */
  begin(part) {
    this.part = part;
  }

  /** A part that failed: what it found before says too little. */
  discard(part) {
    this.metrics = this.metrics.filter((metric) => metric.part !== part);
    this.limits = this.limits.filter((limit) => limit.part !== part);
  }

  /**
   * @param metric `id`, `title`, `unit`, and optionally `target` (targets.mjs) and `limits`: ids of what bounds it
   * @param found `{ hindsight, peer? }`, each with `value`
   */
  addMetric(metric, found) {
    const result = { part: this.part, ...metric, ...found, ...verdictOf(metric.target, found) };
    this.metrics.push(result);
    const shown = [found.peer, found.hindsight].map((of) => (of === undefined ? '-' : of.value.toFixed(1))).join('  ');
    console.error(`  ${metric.title}: ${shown} ${metric.unit}`);
    for (const role of ['peer', 'hindsight'])
      for (const note of found[role]?.notes ?? []) console.error(`  ! ${role}: ${note}`);
  }

  addLimit(limit) {
    this.limits.push({ part: this.part, ...limit });
    console.error(
      `  ${limit.title}: ${limit.value === null ? 'cannot be measured here' : `${limit.value.toFixed(1)} ${limit.unit}`}`,
    );
  }

  report() {
    return { metrics: this.metrics, limits: this.limits };
  }
}
