import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../eventually.js';
import { ImageSession } from '../image-session.js';
import type { TestCaller } from '../callers.js';
import { wrongInCache } from './cache-aftermath.js';
import type { ChaosClient } from './chaos-client.js';
import type { Cluster } from './cluster.js';
import { storesOf } from './cluster.js';
import type { ImageModel } from './image-model.js';
import type { NamespaceClient } from './namespace-client.js';
import type { Trace } from './trace.js';

/** Leases run out and tasks are tried again with growing pauses before all is at rest. The limit ends failures only. */
const REST_LIMIT_MS = 240_000;
const UNDER_WAY = new Set(['saving', 'importing', 'pending_delete']);
const PAGE = 500;

type Looked = Readonly<{
  cluster: Cluster;
  admin: TestCaller;
  clients: readonly ChaosClient[];
  namespaces: NamespaceClient;
  trace: Trace;
}>;

/** Waits until nothing is under way, and compares what is there with what clients were told. */
export async function judgeAftermath(looked: Looked): Promise<void> {
  const { cluster, namespaces, trace } = looked;
  const rest = await atRest(looked);
  if (rest.stuck !== null) trace.violated(rest.stuck, null);
  judgeImages(looked, rest.images);
  await judgeMembers(looked);
  await namespaces.judge();
  await judgeData(looked, rest.images);
  for (const [name, exitCode] of await cluster.stop()) {
    if (exitCode !== 0) trace.violated(`${name} ended with ${exitCode ?? 'a signal'} when it was told to stop`, null);
  }
  await judgeFolders(looked, rest.images);
  for (const command of ['reconcile', 'verify']) {
    const { exitCode, stdout, stderr } = await cluster.service.command(command);
    if (exitCode !== 0 || !/\b0 findings/.test(stdout))
      trace.violated(`hindsight ${command}: ${exitCode}\n${stdout}${stderr}`, null);
  }
}

type Rest = Readonly<{ images: ReadonlyMap<string, any>; stuck: string | null }>;

async function atRest({ cluster, admin }: Looked): Promise<Rest> {
  const session = new ImageSession(() => cluster.service.url, admin);
  let images: ReadonlyMap<string, any> = new Map();
  let stuck: string | null = null;
  await eventually(async () => {
    images = await allImages(session);
    stuck = await whatIsUnderWay(session, images, cluster);
    if (stuck !== null) throw new Error(stuck);
  }, REST_LIMIT_MS).catch((error: unknown) => (stuck = String(error)));
  return { images, stuck };
}

async function allImages(session: ImageSession): Promise<ReadonlyMap<string, any>> {
  const images = new Map<string, any>();
  let path: string | undefined = `/v2/images?limit=${PAGE}&visibility=all`;
  while (path !== undefined) {
    const { status, json, text } = await session.get(path);
    if (status !== 200) throw new Error(`a list was answered ${status}: ${text}`);
    for (const image of json.images) images.set(image.id, image);
    path = json.next;
  }
  return images;
}

/** Null: nothing. */
async function whatIsUnderWay(
  session: ImageSession,
  images: ReadonlyMap<string, any>,
  cluster: Cluster,
): Promise<string | null> {
  const image = [...images.values()].find(({ status }) => UNDER_WAY.has(status));
  if (image !== undefined) return `image ${image.id} is still ${image.status}`;
  for (const status of ['pending', 'processing']) {
    const { json } = await session.get(`/v2/tasks?status=${status}`);
    const [task] = json.tasks;
    if (task !== undefined) return `task ${task.id} is still ${task.status}`;
  }
  const expected = expectedFiles(cluster, images);
  const unwanted = (await filesIn(cluster)).find((file) => !expected.has(file));
  const [left] = unwanted === undefined ? await leftInStaging(cluster, images) : [unwanted];
  if (left !== undefined) return `${left} is still there`;
  const [wrong = null] = await wrongInCache(cluster.dataDir, images);
  return wrong;
}

const hasData = (image: any): boolean => image?.status === 'active' || image?.status === 'deactivated';

/** Files of the stores. */
async function filesIn({ dataDir }: Cluster): Promise<readonly string[]> {
  const found = storesOf(dataDir).map(async (folder) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  });
  return (await Promise.all(found)).flat();
}

/** Images with data have it under their ids in each store that they name. The file's path, and the image's id. */
function expectedFiles({ dataDir }: Cluster, images: ReadonlyMap<string, any>): ReadonlyMap<string, string> {
  const files = [...images.values()].filter(hasData).flatMap(({ id, stores }) => {
    return String(stores)
      .split(',')
      .map((store) => [join(dataDir, store, String(id)), String(id)] as const);
  });
  return new Map(files);
}

function judgeImages({ clients, trace }: Looked, images: ReadonlyMap<string, any>): void {
  const known = new Map(clients.flatMap((client) => client.images.map((image) => [image.id, image] as const)));
  for (const id of images.keys()) if (!known.has(id)) trace.violated('nobody has created it', id);
  for (const model of known.values()) {
    const document = images.get(model.id) ?? null;
    const problems = [
      ...model.contradictionsOf(document),
      ...(document === null ? [] : model.contradictionsAtRest(document)),
    ];
    for (const problem of problems) trace.violated(problem, model.id);
  }
}

async function judgeMembers({ cluster, admin, clients, trace }: Looked): Promise<void> {
  const session = new ImageSession(() => cluster.service.url, admin);
  for (const image of liveImages(clients)) {
    const { status, json } = await session.get(`/v2/images/${image.id}/members`);
    const problems =
      status === 200 ? image.contradictionsOfMembers(json.members) : [`its members were answered ${status}`];
    for (const problem of problems) trace.violated(problem, image.id);
  }
}

/** Bytes are what they were, not only their checksums. */
async function judgeData({ cluster, admin, clients, trace }: Looked, images: ReadonlyMap<string, any>): Promise<void> {
  const session = new ImageSession(() => cluster.service.url, admin);
  for (const { id, possibleData } of liveImages(clients)) {
    if (!hasData(images.get(id))) continue;
    const { status, body } = await session.download(id);
    const isKnown = possibleData.some((data) => data?.bytes.equals(body));
    if (status !== 200 || !isKnown) trace.violated(`its download was answered ${status} with unknown data`, id);
  }
}

const liveImages = (clients: readonly ChaosClient[]): readonly ImageModel[] => clients.flatMap(({ live }) => live);

/** The files are those of the images that have data, and no others. */
async function judgeFolders({ cluster, trace }: Looked, images: ReadonlyMap<string, any>): Promise<void> {
  const [found, expected] = [new Set(await filesIn(cluster)), expectedFiles(cluster, images)];
  for (const path of found) if (!expected.has(path)) trace.violated(`the file ${path} belongs to nobody`, null);
  for (const [path, id] of expected) if (!found.has(path)) trace.violated(`its file ${path} is not there`, id);
  for (const wrong of await wrongInCache(cluster.dataDir, images)) trace.violated(wrong, null);
  for (const path of await leftInStaging(cluster, images)) trace.violated(`${path} is left in the staging area`, null);
}

/** What is staged for no image that waits for its import. */
async function leftInStaging({ dataDir }: Cluster, images: ReadonlyMap<string, any>): Promise<readonly string[]> {
  const entries = await readdir(join(dataDir, 'staging'), { recursive: true, withFileTypes: true });
  const waiting = [...images.values()].filter(({ status }) => status === 'uploading').map(({ id }) => String(id));
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !waiting.some((id) => path.includes(id)));
}
