import type { ServiceEnvironment } from './service.js';

/** An event of a certain type, with a part of its data where there are several of the type. */
export type EventSample = string | readonly [type: string, partOfData: string];

/** A moment at which a process dies: right before or right after it records an event. */
export type CrashPoint = Readonly<{ when: 'before' | 'after'; event: string; data: string }>;

/** Options of a process that dies there. */
export const dyingAt = (point: CrashPoint): ServiceEnvironment => ({
  NODE_OPTIONS: `--import=${new URL('die-at-event.mjs', import.meta.url).href}`,
  HINDSIGHT_TEST_CRASH: JSON.stringify(point),
});

/** Both moments around each of the events, in the order of time. */
export const around = (samples: readonly EventSample[]): CrashPoint[] =>
  samples.flatMap((sample) => {
    const [event, data] = typeof sample === 'string' ? [sample, ''] : sample;
    return (['before', 'after'] as const).map((when) => ({ when, event, data }));
  });
