import { measureCache } from './parts/cache.mjs';
import { measureCreates } from './parts/create.mjs';
import { measureDatabases } from './parts/databases.mjs';
import { measureDownloads } from './parts/download.mjs';
import { measureEvents } from './parts/events.mjs';
import { measureImports } from './parts/import.mjs';
import { measureLimits } from './parts/limits.mjs';
import { measureLists } from './parts/list.mjs';
import { measureMemory } from './parts/memory.mjs';
import { measureOwnWrites } from './parts/own-writes.mjs';
import { measurePolicy } from './parts/policy.mjs';
import { measureScale } from './parts/scale.mjs';
import { measureProcesses } from './parts/processes.mjs';
import { measureShow } from './parts/show.mjs';
import { measureStart } from './parts/start.mjs';
import { measureTasks } from './parts/tasks.mjs';
import { measureUploads } from './parts/upload.mjs';
import { measureWorkerMemory } from './parts/worker-memory.mjs';
import { isOnPath } from './measuring/required-tools.mjs';

const MEASURES = {
  limits: measureLimits,
  show: measureShow,
  policy: measurePolicy,
  list: measureLists,
  scale: measureScale,
  events: measureEvents,
  start: measureStart,
  upload: measureUploads,
  download: measureDownloads,
  cache: measureCache,
  memory: measureMemory,
  import: measureImports,
  tasks: measureTasks,
  'worker-memory': measureWorkerMemory,
  create: measureCreates,
  processes: measureProcesses,
  'own-writes': measureOwnWrites,
  databases: measureDatabases,
};

const NEED_REDIS = ['import', 'tasks', 'worker-memory'];

/**
 * Runs the parts one after the other; each adds what it found to the results. A part that fails does not take the others
 * with it.
 * @returns the parts that failed
 */
export async function measureParts(parts, bench, results) {
  const failed = [];
  for (const part of parts) {
    if (NEED_REDIS.includes(part) && !isOnPath('redis-server')) {
      console.error(`${part}: skipped, for there is no redis-server on PATH`);
      continue;
    }
    console.error(`${part} ...`);
    results.begin(part);
    try {
      await MEASURES[part](bench, results);
    } catch (error) {
      console.error(`  ! ${error.message}`);
      results.discard(part);
      failed.push(part);
    }
  }
  return failed;
}
