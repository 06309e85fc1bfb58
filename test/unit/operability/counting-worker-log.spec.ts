import { InvalidStoredEvent, UnknownEventType } from '../../../src/events/events.errors.js';
import { countingFailures, countingUnfiled } from '../../../src/operability/counting-worker-log.js';
import { Metrics } from '../../../src/operability/metrics.js';
import type { WorkerLog } from '../../../src/workers/worker-log.js';

describe('failures of consumers', () => {
  it('are counted by consumer and error, and logged as before', async () => {
    const logged: unknown[] = [];
    const note = (...args: unknown[]): void => void logged.push(args);
    const log: WorkerLog = {
      ...{ failed: note, interrupted: note, taskFailed: note, leftBehind: note, keyNotDeleted: note, swept: note },
    };
    const metrics = new Metrics();
    const counting = countingFailures(log, metrics);
    const [torn, unknown] = [new InvalidStoredEvent('torn'), new UnknownEventType('unknown')];
    counting.interrupted('notary', torn);
    counting.interrupted('notary', torn);
    counting.failed('scrub', {} as never, unknown);
    counting.interrupted('other', 'no error');
    counting.taskFailed('t', unknown);
    const notaryLog = countingUnfiled({ signed: note, notFiled: note }, metrics);
    notaryLog.notFiled(torn);
    const text = await metrics.expose();
    expect(text).toContain('hindsight_consumer_failures_total{consumer="notary",error="InvalidStoredEvent"} 2');
    expect(text).toContain('hindsight_consumer_failures_total{consumer="scrub",error="UnknownEventType"} 1');
    expect(text).toContain('hindsight_consumer_failures_total{consumer="other",error="unknown"} 1');
    expect(text).toContain(
      'hindsight_consumer_failures_total{consumer="notary/checkpoint-file",error="InvalidStoredEvent"} 1',
    );
    expect(logged).toEqual([
      ['notary', torn],
      ['notary', torn],
      ['scrub', {}, unknown],
      ['other', 'no error'],
      ['t', unknown],
      [torn],
    ]);
  });
});
