import type { Role } from '../cli/commands.js';

/** Whether processes of this role listen for requests. */
export const servesHttp = (role: Role): boolean => role === 'serve' || role === 'api';

/** Whether processes of this role do the jobs of tasks. */
export const doesJobs = (role: Role): boolean => role === 'serve' || role === 'worker';
