import { Metrics } from '../../../src/operability/metrics.js';
import { CombinedMetrics } from '../../../src/processes/combined-metrics.js';

const uploadsOf = (count: number): Metrics => {
  const metrics = new Metrics();
  metrics.uploads.inc({ store: 'fast', outcome: 'stored' }, count);
  metrics.uploadsInFlight.set({ store: 'fast' }, count);
  metrics.httpDuration.observe({ method: 'GET', route: '/' }, 0.02);
  metrics.observeProjections(() => Promise.resolve([{ name: 'images', checkpoint: 0n, lag: BigInt(count) }]));
  return metrics;
};

const snapshots = (...all: readonly Metrics[]) => Promise.all(all.map((metrics) => metrics.snapshot()));

describe('metrics of several processes', () => {
  let combined: CombinedMetrics;
  beforeEach(() => {
    combined = new CombinedMetrics(() => 2);
  });

  it('add up what each has counted', async () => {
    const text = await combined.expose(await snapshots(uploadsOf(3), uploadsOf(4)));
    expect(text).toContain('hindsight_uploads_total{store="fast",outcome="stored"} 7');
    expect(text).toContain('hindsight_uploads_in_flight{store="fast"} 7');
    expect(text).toContain('hindsight_http_request_duration_seconds_bucket{le="0.05",method="GET",route="/"} 2');
    expect(text).toContain('hindsight_processes 2');
  });

  it('show what they share as the one that is worst off sees it', async () => {
    const text = await combined.expose(await snapshots(uploadsOf(3), uploadsOf(4)));
    expect(text).toContain('hindsight_projection_lag_events{projection="images"} 4');
  });

  it('keep what ended processes have counted, and forget what they were about', async () => {
    const [one, other, third] = await snapshots(uploadsOf(3), uploadsOf(4), uploadsOf(5));
    combined.ended(one ?? []);
    combined.ended(other ?? []);
    combined.ended([]);
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = await combined.expose([third ?? []]);
      expect(text).toContain('hindsight_uploads_total{store="fast",outcome="stored"} 12');
      expect(text).toContain('hindsight_http_request_duration_seconds_count{method="GET",route="/"} 3');
      expect(text).toContain('hindsight_uploads_in_flight{store="fast"} 5');
      expect(text).toContain('hindsight_processes_replaced_total 3');
    }
  });
});
