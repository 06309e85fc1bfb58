import { imageReadModelContract } from './image-read-model.contract.js';
import { projectionRunnerContract } from './projection-runner.contract.js';
import { startSqliteHarness } from './sqlite.harness.js';

imageReadModelContract('sqlite', startSqliteHarness);
projectionRunnerContract('sqlite', startSqliteHarness);
