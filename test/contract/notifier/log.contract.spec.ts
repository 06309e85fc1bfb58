import { LogNotifier } from '../../../src/workers/notifications/log.notifier.js';
import { notifierContract } from './notifier.contract.js';

notifierContract('log', () => {
  const received: unknown[] = [];
  return Promise.resolve({
    notifier: new LogNotifier('image.test', (message) => received.push(message)),
    received: () => received,
    tearDown: () => Promise.resolve(),
  });
});
