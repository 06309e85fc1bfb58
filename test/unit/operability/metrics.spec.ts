import { readFileSync } from 'node:fs';
import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { MeteredEventStore } from '../../../src/operability/metered.event-store.js';
import { MeteredImageStore } from '../../../src/operability/metered.image-store.js';
import { MetricsController } from '../../../src/operability/metrics.controller.js';
import { Metrics } from '../../../src/operability/metrics.js';
import { MemoryImageStore } from '../../../src/stores/memory/memory.store.js';
import { newEvents } from '../../support/new-event.js';

const IMAGE_ID = 'c7e2a1de-3a0f-4a3b-9d3c-0123456789ab';
const UPLOAD_ID = 'd7e2a1de-3a0f-4a3b-9d3c-0123456789ab';

describe('Metrics', () => {
  it('are exposed as text under names with our prefix, the process among them', async () => {
    const metrics = new Metrics();
    const text = await new MetricsController(metrics).expose();
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['hindsight_http_requests_total', 'hindsight_process_resident_memory_bytes']),
    );
    expect(names.filter((name) => !name?.startsWith('hindsight_'))).toEqual([]);
  });

  it('have the names under which the page of operations tells what to watch', async () => {
    const metrics = new Metrics();
    metrics.observeProjections(() => Promise.resolve([]));
    metrics.observeJobs(() => Promise.resolve({ waiting: 0, active: 0 }));
    metrics.observeAudit(() => Promise.resolve(null));
    metrics.observeConsumers(() => Promise.resolve([]));
    const names = [...(await metrics.expose()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    const page = readFileSync('docs/operations.md', 'utf8');
    const named = [...page.matchAll(/^\| `[^`|]*?(hindsight_\w+)/gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('can be made twice in one process', () => {
    expect(() => [new Metrics(), new Metrics()]).not.toThrow();
  });

  it('measure how far projections have come at each scrape, and are there although that cannot be asked', async () => {
    const metrics = new Metrics();
    let status = () => Promise.resolve([{ name: 'images', checkpoint: 35n, lag: 7n }]);
    metrics.observeProjections(() => status());
    const text = await metrics.expose();
    expect(text).toContain('hindsight_projection_lag_events{projection="images"} 7');
    expect(text).toContain('hindsight_projection_position{projection="images"} 35');
    status = () => Promise.resolve([{ name: 'images', checkpoint: 42n, lag: 0n }]);
    expect(await metrics.expose()).toContain('hindsight_projection_lag_events{projection="images"} 0');
    status = () => Promise.reject(new Error('the event store is away'));
    expect(await metrics.expose()).not.toContain('projection="images"');
  });

  it('tell how far the log is signed, and nothing while it is not or cannot be read', async () => {
    const metrics = new Metrics();
    let look = (): Promise<any> => Promise.resolve({ position: 40n, behind: 2n, ageS: 1.5 });
    metrics.observeAudit(() => look());
    const text = await metrics.expose();
    expect(text).toContain('hindsight_audit_signed_position 40');
    expect(text).toContain('hindsight_audit_unsigned_positions 2');
    expect(text).toContain('hindsight_audit_checkpoint_age_seconds 1.5');
    for (const none of [() => Promise.resolve(null), () => Promise.reject(new Error('away'))]) {
      look = none;
      expect(await metrics.expose()).toContain('hindsight_audit_signed_position Nan');
    }
  });

  it('count jobs at each scrape, and are there although their queue is away', async () => {
    const metrics = new Metrics();
    let counts = () => Promise.resolve({ waiting: 3, active: 2 });
    metrics.observeJobs(() => counts());
    const text = await metrics.expose();
    expect(text).toContain('hindsight_jobs{state="waiting"} 3');
    expect(text).toContain('hindsight_jobs{state="active"} 2');
    counts = () => Promise.reject(new Error('Redis does not answer'));
    expect(await metrics.expose()).toContain('hindsight_jobs{state="waiting"} Nan');
  });

  it('count appends to the log by outcome', async () => {
    const metrics = new Metrics();
    const log = new MeteredEventStore(new InMemoryEventStore(), metrics);
    await log.append('image-1', 'no_stream', newEvents(3));
    await expect(log.append('image-1', 'no_stream', newEvents(1))).rejects.toThrow();
    await log.close();
    await expect(log.append('image-1', 'any', newEvents(1))).rejects.toThrow();
    const text = await metrics.expose();
    for (const outcome of ['appended', 'conflict', 'failed']) {
      expect(text).toContain(`hindsight_event_appends_total{outcome="${outcome}"} 1`);
    }
    expect(text).toContain('hindsight_events_appended_total 3');
  });

  it('count uploads by store and outcome, their bytes, and those under way', async () => {
    const metrics = new Metrics();
    const store = new MeteredImageStore('local', new MemoryImageStore(), metrics);
    const signal = new AbortController().signal;
    const during: string[] = [];
    const data = async function* () {
      during.push(await metrics.expose());
      yield Buffer.from('twelve bytes');
    };
    await store.put(IMAGE_ID, UPLOAD_ID, data(), signal);
    await expect(store.put(IMAGE_ID, UPLOAD_ID, data(), signal)).rejects.toThrow();
    expect(during[0]).toContain('hindsight_uploads_in_flight{store="local"} 1');
    const text = await metrics.expose();
    expect(text).toContain('hindsight_uploads_total{store="local",outcome="stored"} 1');
    expect(text).toContain('hindsight_uploads_total{store="local",outcome="failed"} 1');
    expect(text).toContain('hindsight_uploaded_bytes_total{store="local"} 12');
    expect(text).toContain('hindsight_uploads_in_flight{store="local"} 0');
  });
});
