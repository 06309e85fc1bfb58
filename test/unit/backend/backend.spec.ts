import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBackend } from '../../../src/backend/backend.js';
import { loadConfig } from '../../../src/config/load-config.js';
import type { EventStore } from '../../../src/events/event-store.js';
import { EventStoreUnavailable } from '../../../src/events/events.errors.js';

describe('A backend that cannot be opened to its end', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'backend-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('leaves nothing open', async () => {
    const environment = { OS_HINDSIGHT__DATA_DIR: folder };
    const { config } = loadConfig({ files: [], directories: [], environment, commandLine: {} });
    const away = new EventStoreUnavailable('it went away after it was opened');
    let isOpen = true;
    const goingAway = (opened: EventStore): EventStore => {
      opened.lastPosition = () => Promise.reject(away);
      const close = opened.close.bind(opened);
      opened.close = async () => {
        await close();
        isOpen = false;
      };
      return opened;
    };
    await expect(openBackend(config, { wrapEventStore: goingAway })).rejects.toBe(away);
    expect(isOpen).toBe(false);
  });
});
