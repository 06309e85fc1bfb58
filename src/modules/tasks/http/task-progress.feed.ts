import type { JsonObject } from '../../../kernel/json.js';
import type { TaskView } from '../queries/task.queries.js';
import { presentTaskState } from './task.presenter.js';

/** Looks in a row without news after which a sign of life is sent, so that nobody takes the connection for dead. */
const QUIET_LOOKS = 60;

/**
 * Tells of a task in server-sent events: `progress` at once and whenever something changed, `end` with the final state.
 * @param look the task as it is now; what it throws ends the feed
 * @param pause resolves when it is time to look again, to false when the feed is to end
 */
export async function* taskProgressFeed(
  look: () => Promise<TaskView>,
  pause: () => Promise<boolean>,
): AsyncGenerator<string> {
  let told = '';
  let quietLooks = 0;
  do {
    const task = await look();
    const state = presentTaskState(task);
    const news = serverSentEvent('progress', state);
    quietLooks = news === told ? quietLooks + 1 : 0;
    if (news !== told) yield news;
    else if (quietLooks % QUIET_LOOKS === 0) yield ': still here\n\n';
    told = news;
    if (hasEnded(task)) {
      yield serverSentEvent('end', state);
      return;
    }
  } while (await pause());
}

const hasEnded = ({ status }: TaskView): boolean => status === 'success' || status === 'failure';

const serverSentEvent = (name: string, data: JsonObject): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
