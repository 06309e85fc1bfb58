import { enableCompileCache } from 'node:module';
import type { Assignment } from './processes/process-place.js';

// Where a process begins that a supervisor has started (src/processes).
enableCompileCache();
const { explainFailure } = await import('./cli/run-program.js');
const { endProcess } = await import('./roles/end-of-process.js');
const { runSupervised } = await import('./processes/supervised-role.js');
const assignment = JSON.parse(process.argv[2] ?? '') as Assignment;
endProcess(await runSupervised(assignment).catch(explainFailure));
