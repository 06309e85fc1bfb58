import { measureDisk } from '../limits/disk.mjs';
import { measureHashing } from '../limits/hashing.mjs';
import { measureHttp } from '../limits/http.mjs';

/** What this machine could do if the service cost nothing. */
export async function measureLimits(bench, results) {
  const add = (id, title, unit, value) => results.addLimit({ id, title, unit, value });
  await measureDisk(bench, add);
  await measureHashing(bench, add);
  await measureHttp(bench, add);
}
