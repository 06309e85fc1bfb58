import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../../../src/backend/backend.js';
import { openBackend } from '../../../src/backend/backend.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { imageCreated, LATER } from '../../support/image-events.builder.js';
import { EsdbServer } from '../../support/esdb/esdb-server.js';
import { newEvent } from '../../support/new-event.js';

describe('A service whose events are in KurrentDB', () => {
  let folder: string;
  let server: EsdbServer;
  let port: number;
  let opened: Backend[];

  const open = async (name: string): Promise<Backend> => {
    const environment = {
      OS_HINDSIGHT__DATA_DIR: join(folder, name),
      OS_HINDSIGHT__EVENT_STORE: `esdb://127.0.0.1:${port}?tls=false`,
    };
    const backend = await openBackend(loadConfig({ files: [], directories: [], environment, commandLine: {} }).config);
    opened.push(backend);
    return backend;
  };
  const create = async ({ eventStore, codec }: Backend, imageId: string): Promise<bigint> => {
    const created = newEvent(codec.encode(imageCreated({ imageId, createdAt: LATER })));
    return (await eventStore.append(`image-${imageId}`, 'no_stream', [created])).position;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'esdb-backend-'));
    server = new EsdbServer();
    port = await server.listen();
    opened = [];
  });
  afterEach(async () => {
    for (const backend of opened) await backend.close();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('shows what was written, also by other processes', async () => {
    const [one, other] = [await open('one'), await open('other')];
    const ids = Array.from({ length: 7 }, () => crypto.randomUUID());
    for (const id of ids) await create(one, id);

    await one.projections.catchUp();
    await other.projections.catchUp();
    for (const id of ids) expect(await other.images.find(id)).toEqual(await one.images.find(id));
    expect(await one.images.find(ids[0]!)).toMatchObject({ id: ids[0], status: 'queued' });
    expect((await one.projections.status()).map(({ lag }) => lag)).toEqual([0n, 0n, 0n]);
    expect(server.log.stream(`hindsight.image-${ids[0]}`)).toHaveLength(1);
  });

  it('has no event log in its data folder', async () => {
    const backend = await open('one');
    await create(backend, crypto.randomUUID());

    expect((await readdir(join(folder, 'one'))).filter((name) => name.startsWith('events'))).toEqual([]);
  });

  it('builds its read models anew from the log', async () => {
    const first = await open('one');
    const id = crypto.randomUUID();
    await first.projections.catchUp(await create(first, id));
    const before = await first.images.find(id);
    await first.close();
    opened = [];
    await rm(join(folder, 'one'), { recursive: true });

    const second = await open('one');
    await second.projections.catchUp();
    expect(await second.images.find(id)).toEqual(before);
    await second.projections.rebuild('image-details');
    expect(await second.images.find(id)).toEqual(before);
  });
});
