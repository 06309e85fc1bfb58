import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import type { Service, ServiceEnvironment } from './service.js';

/** What becomes of processes that one supervises at their very beginning, by their numbers from 1. */
type HeldStart = Readonly<{ numbers: readonly number[]; what: 'wait' | 'die' }>;

const fileIn = (dataDir: string): string => join(dataDir, 'go-on');

/** Options of a service some of whose processes do not start until they are let go. */
export const holding = (dataDir: string, held: HeldStart): ServiceEnvironment => ({
  NODE_OPTIONS: `--import=${new URL('wait-at-start.mjs', import.meta.url).href}`,
  HINDSIGHT_TEST_HELD: JSON.stringify({ ...held, until: fileIn(dataDir) }),
});

/** Resolves when these processes wait. @returns their process ids */
export const untilHeld = (service: Service, numbers: readonly number[]): Promise<readonly number[]> =>
  eventually(() => numbers.map((number) => Number(readFileSync(`${fileIn(service.dataDir)}-${number}`, 'utf8'))));

export const letGo = (service: Service): void => writeFileSync(fileIn(service.dataDir), '');
