import { HttpProblem } from '../http/http-problem.js';
import { actionForbidden } from './auth.errors.js';
import type { Caller } from './caller.js';
import type { RuleName } from './policy-rules.js';
import type { Answer, Policy, PolicyTarget } from './policy.js';

/** What access to an image depends on. */
export type ImageTarget = Readonly<{
  id: string;
  owner: string | null;
  visibility: string;
  properties: Readonly<Record<string, string>>;
  /** Whether the image is shared with the caller's project, in any status of the membership. */
  isMember: boolean;
}>;

/** Rules whose refusal hides the object instead of forbidding the action. */
const HIDING_RULES: ReadonlySet<RuleName> = new Set<RuleName>(['get_image', 'get_member']);

/** What callers may do to images: visibility first, then the rules. */
export class ImagePolicy {
  constructor(private readonly policy: Policy) {}

  /** Whether the image exists for the caller at all, whatever the rules then allow. */
  canSee(caller: Caller, image: ImageTarget): boolean {
    if (caller.isAdmin || image.owner === null || image.owner === caller.projectId) return true;
    if (image.visibility === 'public' || image.visibility === 'community') return true;
    return image.visibility === 'shared' && image.isMember;
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
    if (await this.policy.allows(rule, caller, target)) return;
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
    const target = { project_id: image.owner, owner: image.owner, visibility: image.visibility };
    if (!(await this.policy.allows(rule, caller, target))) throw actionForbidden(rule);
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

/** Custom properties come first: none of them can pass itself off as the owner. */
function policyTarget(caller: Caller, image: ImageTarget): PolicyTarget {
  const sharedWithCaller = image.visibility === 'shared' && image.isMember && image.owner !== caller.projectId;
  return {
    ...image.properties,
    id: image.id,
    image_id: image.id,
    owner: image.owner,
    project_id: image.owner,
    visibility: image.visibility,
    member_id: sharedWithCaller ? caller.projectId : null,
  };
}
