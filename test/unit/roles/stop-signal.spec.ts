import { stopSignal } from '../../../src/roles/stop-signal.js';

describe('the signal to stop', () => {
  it('is taken once: the next one, of whichever kind, has its usual effect', async () => {
    const stopping = stopSignal();
    process.emit('SIGINT', 'SIGINT');
    expect(await stopping).toBe('SIGINT');
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });
});
