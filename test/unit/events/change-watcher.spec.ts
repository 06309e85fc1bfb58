import { ChangeWatcher } from '../../../src/events/adapters/change-watcher.js';

describe('ChangeWatcher', () => {
  const never = new AbortController().signal;

  it('does not wait when the change has already happened', async () => {
    await expect(new ChangeWatcher(() => 2, null).changedSince(1, never)).resolves.toBeUndefined();
  });

  it('finds a change of another process by polling', async () => {
    let version = 1;
    const changed = new ChangeWatcher(() => version, 1).changedSince(1, never);
    version = 2;

    await expect(changed).resolves.toBeUndefined();
  });

  it('wakes who waits when polling fails, for reading will tell why', async () => {
    let fail = false;
    const version = () => {
      if (fail) throw new Error('closed');
      return 1;
    };
    const changed = new ChangeWatcher(version, 1).changedSince(1, never);
    fail = true;

    await expect(changed).resolves.toBeUndefined();
  });

  it('wakes all who wait', async () => {
    const watcher = new ChangeWatcher(() => 1, null);
    const waiting = [watcher.changedSince(1, never), watcher.changedSince(1, never)];
    watcher.notify(new Set(['Any']));

    await expect(Promise.all(waiting)).resolves.toHaveLength(2);
  });

  it('wakes also those who wait for something else when it is not known what has happened', async () => {
    const watcher = new ChangeWatcher(() => 1, null);
    const waiting = watcher.changedSince(1, never, new Set(['Wanted']));
    watcher.notify();

    await expect(waiting).resolves.toBeUndefined();
  });

  it('lets those sleep who wait for something else', async () => {
    const watcher = new ChangeWatcher(() => 1, null);
    const woken: string[] = [];
    const waitFor = (type: string) => watcher.changedSince(1, never, new Set([type])).then(() => woken.push(type));
    void waitFor('Other');
    const wanted = waitFor('Wanted');
    watcher.notify(new Set(['Wanted']));
    await wanted;

    expect(woken).toEqual(['Wanted']);
  });
});
