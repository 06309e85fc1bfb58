// Loaded before the program with `node --import`: of processes that one supervises, some do not get beyond their very
// beginning, or die there, until a file is there. HINDSIGHT_TEST_HELD is JSON, see held-start.ts.
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const { numbers, what, until } = JSON.parse(process.env.HINDSIGHT_TEST_HELD);
const [, program = '', assignment = '{}'] = process.argv;
const { number } = program.endsWith('supervised-main.js') ? JSON.parse(assignment) : {};

if (numbers.includes(number) && !existsSync(until)) {
  if (what === 'die') process.exit(3);
  writeFileSync(`${until}-${number}`, String(process.pid));
  while (!existsSync(until)) await pause(20);
}
