import { Inject, Injectable } from '@nestjs/common';
import { actionForbidden } from '../../../auth/auth.errors.js';
import type { Caller } from '../../../auth/caller.js';
import { POLICY } from '../../../auth/policy.js';
import type { Policy } from '../../../auth/policy.js';
import { PageHistories } from '../../../projections/history/page-histories.js';
import { StreamHistory } from '../../../projections/history/stream-history.js';
import type { StreamMoment } from '../../../projections/history/stream-history.js';

type Place = Readonly<{ stream: string; revision: number }>;

/** What happened to tasks and metadata definitions, as far as it is the caller's to know. */
@Injectable()
export class StreamHistoryQueries {
  constructor(
    private readonly history: StreamHistory,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  /** Of events of one or several streams those that the caller may know of, in their order. */
  async tellOf(places: readonly Place[], caller: Caller): Promise<readonly StreamMoment[]> {
    const histories = new PageHistories(this.history);
    const told: StreamMoment[] = [];
    for (const { stream, revision } of places) {
      const moment = (await histories.of(stream))[revision];
      if (moment !== undefined && (await this.mayKnow(moment.projectId, caller))) told.push(asTold(moment, caller));
    }
    return told;
  }

  /**
   * All that happened in a stream.
   * @throws the error of `notFound` when it is none of the caller's business, ActionForbidden when the rule says so
   */
  async events(stream: string, caller: Caller, notFound: () => Error): Promise<readonly StreamMoment[]> {
    const moments = await this.history.read(stream);
    const last = moments.at(-1);
    if (last === undefined || !isVisible(last.projectId, caller)) throw notFound();
    if (!(await this.mayKnow(last.projectId, caller))) throw actionForbidden('get_events');
    return moments.map((moment) => asTold(moment, caller));
  }

  /** Visibility comes before the rule. */
  private async mayKnow(projectId: string | null, caller: Caller): Promise<boolean> {
    return isVisible(projectId, caller) && this.policy.allows('get_events', caller, { project_id: projectId });
  }
}

const isVisible = (projectId: string | null, caller: Caller): boolean =>
  caller.isAdmin || (projectId !== null && projectId === caller.projectId);

/** Why something failed may name what lies behind the API. */
const asTold = (moment: StreamMoment, { isAdmin }: Caller): StreamMoment =>
  isAdmin ? moment : { ...moment, reason: null };
