import { runtimeProblem } from './cli/runtime-version.js';

const problem = runtimeProblem(process.versions.node);
if (problem === null) {
  // Only now: what these import does not load on older runtimes.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(); // from the second start on, the dependencies need not be compiled
  const { runProgram } = await import('./cli/run-program.js');
  const { programActions } = await import('./roles/program-actions.js');
  const { endProcess } = await import('./roles/end-of-process.js');
  endProcess(await runProgram(process.argv.slice(2), programActions));
} else {
  console.error(problem);
  process.exitCode = 2;
}
