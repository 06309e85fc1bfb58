import { HttpProblem } from '../http/http-problem.js';
import { actionForbidden } from './auth.errors.js';
import type { Caller } from './caller.js';
import type { RuleName } from './policy-rules.js';
import type { Answer, Policy, PolicyTarget } from './policy.js';

/** What rules may ask about an image. */
export type ImageTarget = Readonly<{
  id: string;
  image: JudgedImage;
  digest: Readonly<{ checksum: string | null; hashAlgorithm: string | null; hashValue: string | null }> | null;
  /** Whether the image is shared with the caller's project, in any status of the membership. */
  isMember: boolean;
}>;

type JudgedImage = Readonly<{
  owner: string | null;
  name: string | null;
  status: string;
  visibility: string;
  protected: boolean;
  hidden: boolean;
  diskFormat: string | null;
  containerFormat: string | null;
  minDiskGb: number;
  minRamMb: number;
  sizeBytes: number | null;
  properties: Readonly<Record<string, string>>;
  tags: readonly string[];
}>;

/** Rules whose refusal hides the object instead of forbidding the action. */
const HIDING_RULES: ReadonlySet<RuleName> = new Set<RuleName>(['get_image', 'get_member']);

/** What callers may do to images: visibility first, then the rules. */
export class ImagePolicy {
  constructor(private readonly policy: Policy) {}

  /** Whether the image exists for the caller at all, whatever the rules then allow. */
  canSee(caller: Caller, { image, isMember }: ImageTarget): boolean {
    if (caller.isAdmin || image.owner === null || image.owner === caller.projectId) return true;
    if (image.visibility === 'public' || image.visibility === 'community') return true;
    return image.visibility === 'shared' && isMember;
  }

  /** Whether the caller sees the image and the rule allows the action. */
  async allows(rule: RuleName, caller: Caller, image: ImageTarget): Promise<boolean> {
    return this.answer(rule, caller, image);
  }

  /** The rows that the caller sees and that the rule allows, in their order. */
  async allowed<Row>(
    rule: RuleName,
    caller: Caller,
    rows: readonly Row[],
    targetOf: (row: Row) => ImageTarget,
  ): Promise<readonly Row[]> {
    const answers = rows.map((row) => this.answer(rule, caller, targetOf(row)));
    // A promise for each row would cost more than the rules do.
    const known = answers.every(isKnown) ? answers : await Promise.all(answers.map(async (answer) => answer));
    return rows.filter((_row, index) => known[index]);
  }

  /**
   * Returns when the caller may do this to the image. Serves image rules and member rules.
   * @throws the error of `notFound` when the image does not exist for the caller
   * @throws HttpProblem 404 with the standard sentence when the rules hide it
   * @throws ActionForbidden when it may be seen, but not this be done to it
   */
  async require(rule: RuleName, caller: Caller, image: ImageTarget, notFound: () => Error): Promise<void> {
    if (!this.canSee(caller, image)) throw notFound();
    const target = policyTarget(caller, image);
    if (!(await this.policy.allows('get_image', caller, target))) throw new HttpProblem(404, null);
    if (rule === 'get_image' || (await this.policy.allows(rule, caller, target))) return;
    throw HIDING_RULES.has(rule) ? new HttpProblem(404, null) : actionForbidden(rule);
  }

  /**
   * Returns when the caller may create such an image; also answers `publicize_image` and `communitize_image` at creation.
   * @throws ActionForbidden
   */
  async requireCreate(
    rule: RuleName,
    caller: Caller,
    image: Readonly<{ owner: string | null; visibility: string }>,
  ): Promise<void> {
    const { owner, visibility } = image;
    if (!(await this.policy.allows(rule, caller, { project_id: owner, tenant: owner, owner, visibility })))
      throw actionForbidden(rule);
  }

  /**
   * Returns when the caller may do what is about no single image: lists, tasks, cache, discovery.
   * @throws ActionForbidden
   */
  async requireGeneral(rule: RuleName, caller: Caller): Promise<void> {
    if (!(await this.policy.allows(rule, caller, { project_id: caller.projectId }))) throw actionForbidden(rule);
  }

  private answer(rule: RuleName, caller: Caller, image: ImageTarget): Answer {
    return this.canSee(caller, image) && this.policy.allows(rule, caller, policyTarget(caller, image));
  }
}

const isKnown = (answer: Answer): answer is boolean => typeof answer === 'boolean';

/** By the names that rules use. Custom properties come first: none of them can pass itself off as the owner. */
function policyTarget(caller: Caller, { id, image, digest, isMember }: ImageTarget): PolicyTarget {
  const { owner, visibility } = image;
  const member = visibility === 'shared' && isMember && owner !== caller.projectId ? caller.projectId : null;
  return {
    ...image.properties,
    id,
    image_id: id,
    owner,
    project_id: owner,
    tenant: owner,
    visibility,
    member,
    member_id: member,
    name: image.name,
    status: image.status,
    protected: image.protected,
    os_hidden: image.hidden,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    min_disk: image.minDiskGb,
    min_ram: image.minRamMb,
    size: image.sizeBytes,
    checksum: digest?.checksum ?? null,
    os_hash_algo: digest?.hashAlgorithm ?? null,
    os_hash_value: digest?.hashValue ?? null,
    tags: image.tags,
  };
}
