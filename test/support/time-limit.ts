import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Lets the test runner's time limit take effect: it looks at its clock only when the test yields, so that code which
 * blocks for minutes would pass. To be awaited behind what must not take time out of proportion.
 */
export async function timeLimitChecked(): Promise<void> {
  await setImmediate(); // until then the event loop believes that no time has passed
  await setTimeout();
}
