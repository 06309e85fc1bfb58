import { actionForbidden } from './auth.errors.js';
import type { Caller } from './caller.js';
import { HttpProblem } from '../http/http-problem.js';
import type { RuleName } from './policy-rules.js';
import type { Policy, PolicyTarget } from './policy.js';

/** What access to a namespace, and to everything in it, depends on. */
export type NamespaceTarget = Readonly<{ owner: string; visibility: string | null }>;

/** What callers may do to metadata definitions: visibility first, then the rules. */
export class MetadefPolicy {
  constructor(private readonly policy: Policy) {}

  /** Whether the namespace exists for the caller at all, whatever the rules then allow. */
  canSee(caller: Caller, { owner, visibility }: NamespaceTarget): boolean {
    return caller.isAdmin || visibility === 'public' || (caller.projectId !== null && owner === caller.projectId);
  }

  /** The rows that the caller may read, in their order. */
  async readable<Row extends NamespaceTarget>(caller: Caller, rows: readonly Row[]): Promise<readonly Row[]> {
    const answers = await Promise.all(
      rows.map(
        async (row) => this.canSee(caller, row) && this.policy.allows('get_metadef_namespace', caller, targetOf(row)),
      ),
    );
    return rows.filter((_row, index) => answers[index]);
  }

  /**
   * Returns when the caller may do this to the namespace or to what is in it.
   * @throws the error of `notFound` when the namespace does not exist for the caller
   * @throws HttpProblem 404 with the standard sentence when the rules hide it
   * @throws ActionForbidden when it may be seen, but not this be done to it
   */
  async require(rule: RuleName, caller: Caller, namespace: NamespaceTarget, notFound: () => Error): Promise<void> {
    if (!this.canSee(caller, namespace)) throw notFound();
    await this.ask(rule, caller, targetOf(namespace));
  }

  /**
   * Returns when the caller may do what is about no single namespace: lists, and creating one.
   * @throws HttpProblem 404 when the caller may read no namespace of its own either
   * @throws ActionForbidden
   */
  async requireGeneral(rule: RuleName, caller: Caller): Promise<void> {
    await this.ask(rule, caller, { project_id: caller.projectId });
  }

  private async ask(rule: RuleName, caller: Caller, target: PolicyTarget): Promise<void> {
    if (await this.policy.allows(rule, caller, target)) return;
    const isReader = await this.policy.allows('get_metadef_namespace', caller, target);
    throw isReader && rule !== 'get_metadef_namespace' ? actionForbidden(rule) : new HttpProblem(404, null);
  }
}

const targetOf = ({ owner, visibility }: NamespaceTarget): PolicyTarget => ({ project_id: owner, visibility });
