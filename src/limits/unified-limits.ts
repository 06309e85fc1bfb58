import type { ImageReadModel, ProjectUsage } from '../projections/images/image-details.read-model.js';
import { LIMIT_NAMES } from './limit-name.js';
import type { LimitName } from './limit-name.js';
import { LimitExceeded } from './limits.errors.js';
import type { ProjectLimits } from './project-limits.js';

const MIB = 1024 ** 2;

/** Whole MiB, as limits count; what is not known counts nothing. */
export const mebibytes = (bytes: number | null): number => Math.floor((bytes ?? 0) / MIB);

type Usage = Readonly<{ usage: number; limit: number }>;

/**
 * Compares what a project has with what it may have. They are soft: several requests at once are each judged by what there
 * was before them (docs/adr/0024).
 */
export class UnifiedLimits {
  /** @param limits null: there are none */
  constructor(
    private readonly limits: ProjectLimits | null,
    private readonly images: Pick<ImageReadModel, 'usageOf'>,
  ) {}

  /**
   * @param projectId who asks; a caller without a project has none of what limits are set for
   * @param delta what would be added
   * @throws LimitExceeded, IdentityUnavailable, LimitsUnusable
   */
  async mustAllow(projectId: string | null, name: LimitName, delta: number): Promise<void> {
    if (this.limits === null || projectId === null) return;
    const limit = (await this.limits.limitsOf(projectId))[name];
    const usage = amounts(await this.images.usageOf(projectId))[name];
    if (usage + delta <= limit) return;
    throw exceeded(projectId, { name, limit, usage, delta });
  }

  /** What a project has and may have; empty when there are no limits. */
  async usageOf(projectId: string | null): Promise<Partial<Readonly<Record<LimitName, Usage>>>> {
    if (this.limits === null || projectId === null) return {};
    const limits = await this.limits.limitsOf(projectId);
    const used = amounts(await this.images.usageOf(projectId));
    return Object.fromEntries(LIMIT_NAMES.map((name) => [name, { usage: used[name], limit: limits[name] }]));
  }
}

const amounts = ({ images, storedBytes, stagedBytes, uploading }: ProjectUsage): Record<LimitName, number> => ({
  image_size_total: mebibytes(storedBytes),
  image_stage_total: mebibytes(stagedBytes),
  image_count_total: images,
  image_count_uploading: uploading,
});

type Excess = Readonly<{ name: LimitName; limit: number; usage: number; delta: number }>;

/** Clients and operators know these words from other services. */
function exceeded(projectId: string, { name, limit, usage, delta }: Excess): LimitExceeded {
  const excess = `Resource ${name} is over limit of ${limit} due to current usage ${usage} and delta ${delta}`;
  return new LimitExceeded(
    'The request returned a 413 Request Entity Too Large. This generally means that rate limiting or a quota threshold ' +
      `was breached.\n\nThe response body:\nProject ${projectId} is over a limit for [${excess}]`,
    { projectId, name, limit, usage, delta },
  );
}
