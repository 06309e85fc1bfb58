import type { LimitName } from './limit-name.js';

/** Knows how much a project may have. Sizes are in MiB. */
export interface ProjectLimits {
  /**
   * A name that nobody has set a limit for has the limit 0.
   * @throws IdentityUnavailable when that cannot be found out now, LimitsUnusable when it never will
   */
  limitsOf(projectId: string): Promise<Readonly<Record<LimitName, number>>>;
}
