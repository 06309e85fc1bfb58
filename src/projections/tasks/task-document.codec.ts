import type { TaskDetails } from './task.read-model.js';

/** The document as its row keeps it. */
export const encodeTask = (task: TaskDetails): string => JSON.stringify(task);

/** Trusts what it reads: only the projection writes these, and its version changes with their shape. */
export const decodeTask = (text: string): TaskDetails => JSON.parse(text) as TaskDetails;
