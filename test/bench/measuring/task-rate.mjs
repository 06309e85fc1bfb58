import { cpuSecondsOf } from './process-tree.mjs';
import { waitUntil } from './wait-until.mjs';

const ASK_EVERY_MS = 20;
const LIMIT_MS = 600_000;

/** Has nothing to work on: it is created, queued, claimed and begun like any other, and then fails without touching data. */
const NO_OP = { type: 'location_import', input: {} };

/**
 * Creates tasks that do nothing, and waits until the last of them has ended.
 * @returns tasks per second from the first request to the last end, CPU milliseconds of the service per task
 */
export async function putTasksThrough(service, { tasks, connections }) {
  const endedBefore = await service.countTasks({ status: 'failure' });
  const cpuBefore = cpuSecondsOf(service.pids());
  const start = performance.now();
  await createTasks(service, tasks, connections);
  await waitUntil(`${service.name} has not ended its tasks`, async () => !(await hasUnfinished(service)), {
    everyMs: ASK_EVERY_MS,
    limitMs: LIMIT_MS,
  });
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = cpuSecondsOf(service.pids()) - cpuBefore;
  const ended = (await service.countTasks({ status: 'failure' })) - endedBefore;
  if (ended !== tasks) throw new Error(`${service.name} has ended ${ended} of ${tasks} tasks as expected`);
  return { value: tasks / seconds, cpuMsPerTask: (cpuSeconds * 1000) / tasks };
}

async function createTasks(service, count, connections) {
  let left = count;
  const work = async () => {
    while (left-- > 0) await service.createTask(NO_OP);
  };
  await Promise.all(Array.from({ length: connections }, work));
}

/** In this order: what is no longer pending may be processing. */
const hasUnfinished = async (service) => (await service.hasTasks('pending')) || (await service.hasTasks('processing'));
