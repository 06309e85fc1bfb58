import { pssMibOf } from './process-tree.mjs';

const SAMPLE_EVERY_MS = 50;

/** The largest PSS of processes, in MiB, that was seen while something ran. */
export async function peakMemoryWhile(roots, act) {
  let peak = pssMibOf(roots);
  const sample = () => (peak = Math.max(peak, pssMibOf(roots)));
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
  sample();
  return peak;
}
