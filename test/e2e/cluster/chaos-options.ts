import { randomInt } from 'node:crypto';
import type { ChaosOptions } from '../../support/chaos/survive-chaos.js';

const DEFAULT_SECONDS = 60;
/** For what comes before and after: starts, leases that run out, tasks that are tried again, and the comparison. */
const MORE_MS = 600_000;

/** As `npm run test:chaos` says; else a minute with a seed that nobody has chosen. */
export const chaosOptions = (): ChaosOptions => ({
  seconds: Number(process.env['HINDSIGHT_CHAOS_SECONDS'] ?? DEFAULT_SECONDS),
  seed: Number(process.env['HINDSIGHT_CHAOS_SEED'] ?? randomInt(1_000_000)),
});

export const chaosLimitMs = ({ seconds }: ChaosOptions): number => seconds * 1000 + MORE_MS;
