import type { ImportRequest } from '../../../events/contracts/image-events.js';
import type { TaskRun } from '../task-run.js';

/** An import at work; `signal` also aborts when the image is no longer wanted. */
export type ImportWork = Readonly<{ run: TaskRun; imageId: string; request: ImportRequest; signal: AbortSignal }>;
