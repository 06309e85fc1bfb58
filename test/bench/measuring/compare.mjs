import { median } from './median.mjs';

/**
 * Measures the same thing on every service in turn, several times, so that whatever else the machine does meets all alike.
 * @param measure takes a service; gives `value` and whatever else is to be kept, numbers or a `note`
 * @returns for every service's role the medians, and the values of all runs
 */
export async function compare(services, runs, measure) {
  const samples = new Map(services.map((service) => [service, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const service of run % 2 === 0 ? services : services.toReversed()) {
      samples.get(service).push(await measure(service));
    }
  }
  return Object.fromEntries([...samples].map(([service, found]) => [service.role, summarize(found)]));
}

export function summarize(samples) {
  const numbers = Object.keys(samples[0]).filter((key) => typeof samples[0][key] === 'number');
  return {
    ...Object.fromEntries(numbers.map((key) => [key, median(samples.map((sample) => sample[key]))])),
    runs: samples.map(({ value }) => value),
    notes: samples.flatMap(({ note }) => note ?? []),
  };
}
