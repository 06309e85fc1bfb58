import { eventIndexContract } from './event-index.contract.js';
import { imageReadModelContract } from './image-read-model.contract.js';
import { metadefReadModelContract } from './metadef-read-model.contract.js';
import { projectionRunnerContract } from './projection-runner.contract.js';
import { startSqliteHarness } from './sqlite.harness.js';
import { taskReadModelContract } from './task-read-model.contract.js';

eventIndexContract('sqlite', startSqliteHarness);
imageReadModelContract('sqlite', startSqliteHarness);
metadefReadModelContract('sqlite', startSqliteHarness);
projectionRunnerContract('sqlite', startSqliteHarness);
taskReadModelContract('sqlite', startSqliteHarness);
