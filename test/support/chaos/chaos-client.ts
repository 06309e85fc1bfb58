import { setTimeout as pause } from 'node:timers/promises';
import type { TestCaller } from '../callers.js';
import type { HttpResponse } from '../http-client.js';
import type { ImageSession } from '../image-session.js';
import type { WebServer } from '../web-server.js';
import { ImageModel, newData } from './image-model.js';
import type { ModelData } from './image-model.js';
import { tick } from './possibilities.js';
import type { Outcome, Possibilities } from './possibilities.js';
import { Requester } from './requester.js';
import type { Served } from './requester.js';
import type { SeededRandom } from './seeded-random.js';

/** How often what is asked for, compared with the others. */
const REQUESTS = {
  create: 10,
  upload: 8,
  slowUpload: 6,
  uploadAtOnce: 5,
  breakUpload: 3,
  importFromWeb: 8,
  stageAndImport: 6,
  copy: 5,
  setProperty: 14,
  removeProperty: 4,
  rename: 5,
  addTag: 10,
  removeTag: 4,
  tagOthers: 6,
  share: 4,
  unshare: 2,
  answerShare: 5,
  deactivate: 2,
  reactivate: 2,
  show: 14,
  list: 5,
  download: 10,
  downloadOthers: 6,
  remove: 6,
} as const;

const MANY_IMAGES = 10;
const KIB = 1024;
const PAUSE_BETWEEN_PIECES_MS = 50;

/** What the clients of a cluster share. */
export type ChaosWorld = Served &
  Readonly<{
    web: WebServer;
    /** All clients of the world. */
    clients: readonly ChaosClient[];
  }>;

/** One client that owns images, asks for all that can be done with them, and remembers what it was told. */
export class ChaosClient {
  readonly images: ImageModel[] = [];
  private readonly requester: Requester;
  private isOver = false;
  private count = 0;
  /** Ids of images that others have shared with this client's project. */
  private readonly offers: ImageModel[] = [];

  constructor(
    readonly caller: TestCaller,
    private readonly random: SeededRandom,
    private readonly world: () => ChaosWorld,
  ) {
    this.requester = new Requester(caller, random, world);
  }

  get name(): string {
    return this.caller.project;
  }

  async run(): Promise<void> {
    while (!this.isOver) await this.request(this.choose());
  }

  end(): void {
    this.isOver = true;
    this.requester.end();
  }

  /** Images that are there for sure. */
  get live(): readonly ImageModel[] {
    return this.images.filter(({ exists }) => exists.is(true));
  }

  private choose(): keyof typeof REQUESTS {
    const chosen = this.random.pickWeighted(REQUESTS);
    if (this.live.length === 0) return 'create';
    const isNew = chosen === 'create' || chosen === 'uploadAtOnce';
    return isNew && this.live.length >= MANY_IMAGES ? 'remove' : chosen;
  }

  private async request(kind: keyof typeof REQUESTS): Promise<void> {
    this.count += 1;
    if (kind === 'create') await this.create();
    else if (kind === 'uploadAtOnce') await this.uploadAtOnce();
    else if (kind === 'tagOthers') await this.tagOthers();
    else if (kind === 'downloadOthers') await this.downloadOthers();
    else if (kind === 'answerShare') await this.answerShare();
    else if (kind === 'list') await this.list();
    else await this[kind](this.random.pick(this.live));
  }

  private async create(): Promise<ImageModel> {
    const image = new ImageModel(this.random.uuid(), this.name);
    this.images.push(image);
    const [name, color] = [this.fresh('name'), this.fresh('color')];
    const document = { id: image.id, name, color, disk_format: 'raw', container_format: 'bare', visibility: 'shared' };
    const settle = [image.exists.write(true), image.name.write(name), image.property('color').write(color)];
    const { outcome } = await this.send('create', image, [201], (session) => session.tryCreate(document));
    const [exists, ...rest] = settle;
    exists?.(outcome);
    for (const each of rest) each('acknowledged'); // if it is there at all, it is as it was asked for
    if (outcome === 'refused') this.judge(image, ['it was not created']);
    return image;
  }

  private async upload(image: ImageModel): Promise<void> {
    const data = this.newData();
    await this.write('upload', image, image.data, data, [204], (session) => session.upload(image.id, data.bytes));
  }

  /** In pieces, so that others come in between. */
  private async slowUpload(image: ImageModel): Promise<void> {
    const data = this.newData();
    const pieces = this.random.between(2, 5);
    await this.write('upload slowly', image, image.data, data, [204], (session) =>
      this.uploadPieces(session, image, data, pieces, pieces),
    );
  }

  /** The client goes away before it has sent all: the image never has such data. */
  private async breakUpload(image: ImageModel): Promise<void> {
    const pieces = this.random.between(2, 5);
    const { outcome } = await this.send('break an upload off', image, [204], (session) =>
      this.uploadPieces(session, image, this.newData(), pieces, this.random.between(1, pieces - 1)),
    );
    if (outcome === 'acknowledged') this.judge(image, ['data was taken that never came']);
  }

  private async uploadPieces(
    session: ImageSession,
    image: ImageModel,
    data: ModelData,
    pieces: number,
    sent: number,
  ): Promise<HttpResponse> {
    const upload = session.openUpload(image.id);
    const length = Math.ceil(data.size / pieces);
    for (let piece = 0; piece < sent; piece += 1) {
      const write = upload.write(data.bytes.subarray(piece * length, (piece + 1) * length));
      await Promise.race([write, upload.response]).catch(() => undefined);
      await pause(PAUSE_BETWEEN_PIECES_MS);
    }
    if (sent < pieces) upload.destroy();
    else upload.end();
    return upload.response;
  }

  /** Several who send data of one image at the same time: at most one is told that it was taken. */
  private async uploadAtOnce(): Promise<void> {
    const { trace } = this.world();
    const image = await this.create();
    if (!image.exists.is(true)) return;
    const calm = trace.beginCalm();
    const all = Array.from({ length: this.random.between(2, 4) }, (_, index) => this.newData(`-${index}`));
    const settle = image.data.writeOneOf(all);
    const outcomes = await Promise.all(
      all.map(async (data, index) => {
        const send = (session: ImageSession): Promise<HttpResponse> => session.upload(image.id, data.bytes);
        return (await this.send(`upload ${index} of several`, image, [204], send, index % 2 === 1)).outcome;
      }),
    );
    settle(outcomes);
    const winners = outcomes.filter((outcome) => outcome === 'acknowledged').length;
    const wasCalm = calm() && !outcomes.includes('unanswered');
    if (winners > 1 || (winners === 0 && wasCalm)) this.judge(image, [`the data of ${winners} uploads was taken`]);
  }

  private async importFromWeb(image: ImageModel): Promise<void> {
    const data = this.newData();
    const { web } = this.world();
    const uri = web.serve(`/${data.seed}`, {
      bytes: data.bytes,
      bytesPerS: this.random.isHit(0.5) ? 1024 * KIB : Infinity,
    });
    await this.import('import from the web', image, data, { name: 'web-download', uri });
  }

  private async stageAndImport(image: ImageModel): Promise<void> {
    const data = this.newData();
    image.mayBeStaged = true;
    const { outcome } = await this.send('stage', image, [204], (session) => session.stage(image.id, data.bytes));
    if (outcome === 'acknowledged') await this.import('import', image, data, { name: 'glance-direct' });
  }

  /** Into the second store. A refusal may tell of a former request that nobody had answered. */
  private async copy(image: ImageModel): Promise<void> {
    if (!image.data.isCertain || image.data.is(null) || !image.deactivated.is(false) || image.mayBeCopied)
      return this.show(image);
    image.mayBeCopied = true;
    const request = { method: { name: 'copy-image' }, stores: ['slow'] };
    const copy = (session: ImageSession): Promise<HttpResponse> =>
      session.post(`/v2/images/${image.id}/import`, request);
    const { outcome } = await this.send('copy', image, [202], copy, true);
    if (outcome === 'acknowledged') image.promisedCopy = true;
    if (outcome === 'refused') image.mayBeCopied = false;
  }

  private async import(what: string, image: ImageModel, data: ModelData, method: object): Promise<void> {
    const settle = image.data.write(data);
    const { outcome } = await this.send(what, image, [202], (session) =>
      session.post(`/v2/images/${image.id}/import`, { method }),
    );
    if (outcome === 'acknowledged') image.promised = data;
    else settle(outcome);
  }

  private async setProperty(image: ImageModel): Promise<void> {
    const [name, value] = [this.random.pick(['color', 'shape', 'size_class']), this.fresh('value')];
    await this.write(`set ${name} = ${value}`, image, image.property(name), value, [200], (session) =>
      session.patch(image.id, [{ op: 'add', path: `/${name}`, value }]),
    );
  }

  private async removeProperty(image: ImageModel): Promise<void> {
    const names = image.certainProperties;
    if (names.length === 0) return this.show(image);
    const name = this.random.pick(names);
    await this.write(`remove ${name}`, image, image.property(name), null, [200], (session) =>
      session.patch(image.id, [{ op: 'remove', path: `/${name}` }]),
    );
  }

  private async rename(image: ImageModel): Promise<void> {
    const value = this.fresh('name');
    await this.write(`rename to ${value}`, image, image.name, value, [200], (session) =>
      session.patch(image.id, [{ op: 'replace', path: '/name', value }]),
    );
  }

  private async addTag(image: ImageModel): Promise<void> {
    const tag = this.fresh('tag');
    await this.write(`add ${tag}`, image, image.tag(tag), true, [204], (session) =>
      session.put(`/v2/images/${image.id}/tags/${tag}`),
    );
  }

  private async removeTag(image: ImageModel): Promise<void> {
    const tags = image.certainTags;
    if (tags.length === 0) return this.show(image);
    const tag = this.random.pick(tags);
    await this.write(`remove ${tag}`, image, image.tag(tag), false, [204], (session) =>
      session.delete(`/v2/images/${image.id}/tags/${tag}`),
    );
  }

  /** An administrator changes an image while its owner may be at it, too. */
  private async tagOthers(): Promise<void> {
    const image = this.pickOthers();
    if (image === null) return;
    const tag = this.fresh('tag');
    const add = (session: ImageSession): Promise<HttpResponse> => session.put(`/v2/images/${image.id}/tags/${tag}`);
    await this.write(`add ${tag}`, image, image.tag(tag), true, [204], add, true);
  }

  private async share(image: ImageModel): Promise<void> {
    const others = this.world().clients.filter((client) => client !== this && image.member(client.name).is(null));
    if (others.length === 0) return this.show(image);
    const other = this.random.pick(others);
    const outcome = await this.write(
      `share with ${other.name}`,
      image,
      image.member(other.name),
      'pending',
      [200],
      (session) => session.post(`/v2/images/${image.id}/members`, { member: other.name }),
    );
    if (outcome === 'acknowledged') other.offers.push(image);
  }

  private async unshare(image: ImageModel): Promise<void> {
    const shared = this.world().clients.filter(
      ({ name }) => image.member(name).isCertain && !image.member(name).is(null),
    );
    if (shared.length === 0) return this.show(image);
    const { name } = this.random.pick(shared);
    const member = image.member(name);
    await this.write(`unshare with ${name}`, image, member, null, [204], (session) =>
      session.delete(`/v2/images/${image.id}/members/${name}`),
    );
  }

  /** Once per offer, so that the membership has one writer at a time: its owner takes it back only later. */
  private async answerShare(): Promise<void> {
    const image = this.offers.shift();
    if (image === undefined || !image.exists.is(true) || !image.member(this.name).is('pending')) return;
    const status = this.random.pick(['accepted', 'rejected'] as const);
    await this.write(`answer ${status}`, image, image.member(this.name), status, [200], (session) =>
      session.answerShare(image.id, status, this.name),
    );
  }

  private async deactivate(image: ImageModel): Promise<void> {
    await this.setActivation(image, true);
  }

  private async reactivate(image: ImageModel): Promise<void> {
    await this.setActivation(image, false);
  }

  private async setActivation(image: ImageModel, deactivated: boolean): Promise<void> {
    const isFree = image.data.isCertain && !image.data.is(null) && !image.promisedCopy; // only active images are copied
    if (!isFree || !image.deactivated.is(!deactivated)) return this.show(image);
    const action = deactivated ? 'deactivate' : 'reactivate';
    const act = (session: ImageSession): Promise<HttpResponse> => session.action(image.id, action);
    await this.write(action, image, image.deactivated, deactivated, [204], act, true);
  }

  private async show(image: ImageModel): Promise<void> {
    const since = tick();
    const { response } = await this.send('show', image, [200], (session) => session.get(`/v2/images/${image.id}`));
    if (response === null || (response.status !== 200 && response.status !== 404)) return;
    this.judge(image, image.contradictionsOf(response.status === 404 ? null : response.json, since));
  }

  /** All images of this client, page by page. Nobody else creates or deletes any of them meanwhile. */
  private async list(): Promise<void> {
    const found = new Map<string, any>();
    const since = tick();
    const limit = this.random.between(1, 5);
    let path: string | undefined = `/v2/images?owner=${this.name}&limit=${limit}`;
    while (path !== undefined) {
      const here: string = path;
      const { response } = await this.send(`list ${here}`, null, [200], (session) => session.get(here));
      if (response?.status !== 200) return;
      for (const image of response.json.images) found.set(image.id, image);
      path = response.json.next;
      const marker = this.images.find(({ id }) => id === response.json.images.at(-1)?.id);
      if (path !== undefined && marker?.exists.isCertain === false) return; // a delete that nobody answered may yet remove it
    }
    for (const image of this.images) this.judge(image, image.contradictionsOf(found.get(image.id) ?? null, since));
  }

  private async download(image: ImageModel): Promise<void> {
    await this.read(image);
  }

  /** While their owner may be about to change them. */
  private async downloadOthers(): Promise<void> {
    const image = this.pickOthers();
    if (image !== null) await this.read(image, true);
  }

  /** All of the data, or a part. Without data the answer is 204. */
  private async read(image: ImageModel, asAdmin = false): Promise<void> {
    const since = tick();
    const known = image.possibleData.find((data) => data !== null);
    const part = known && this.random.isHit(0.3) ? this.partOf(known) : undefined;
    const header = part && { Range: `bytes=${part.first}-${part.last}` };
    const read = (session: ImageSession): Promise<HttpResponse> => session.download(image.id, header);
    const what = part === undefined ? 'download' : `download ${part.first} to ${part.last}`;
    const { response } = await this.send(what, image, [200, 204, 206], read, asAdmin);
    if (response?.status === 204) this.judge(image, image.contradictionsOfData(null, since));
    if (response?.status === 200) this.judge(image, image.contradictionsOfData(response.body, since));
    if (response?.status === 206) this.judge(image, image.contradictionsOfData(response.body, since, part));
  }

  private partOf({ size }: ModelData): Readonly<{ first: number; last: number }> {
    const first = this.random.below(size);
    return { first, last: this.random.between(first, size - 1) };
  }

  private async remove(image: ImageModel): Promise<void> {
    await this.write('delete', image, image.exists, false, [204], (session) =>
      session.delete(`/v2/images/${image.id}`),
    );
  }

  private async write<Value>(
    what: string,
    about: ImageModel,
    field: Possibilities<Value>,
    value: Value,
    success: readonly number[],
    act: (session: ImageSession) => Promise<HttpResponse>,
    asAdmin = false,
  ): Promise<Outcome> {
    return this.requester.write(field, value, { what, about, success, act, asAdmin });
  }

  private send(
    what: string,
    about: ImageModel | null,
    success: readonly number[],
    act: (session: ImageSession) => Promise<HttpResponse>,
    asAdmin = false,
  ): ReturnType<Requester['send']> {
    return this.requester.send({ what, about, success, act, asAdmin });
  }

  private judge(image: ImageModel, contradictions: readonly string[]): void {
    for (const contradiction of contradictions) this.world().trace.violated(contradiction, image.id);
  }

  /** One of the others' images; null: they have none. */
  private pickOthers(): ImageModel | null {
    const images = this.world().clients.flatMap((client) => (client === this ? [] : client.live));
    return images.length === 0 ? null : this.random.pick(images);
  }

  /** A text that nothing else has been called. */
  private fresh(word: string): string {
    return `${word}-${this.name}-${this.count}`.toLowerCase();
  }

  /** @param suffix sets data apart that one request needs several of */
  private newData(suffix = ''): ModelData {
    const size = this.random.isHit(0.2) ? this.random.between(1, 2048) * KIB : this.random.between(1, 64) * KIB;
    return newData(size, this.fresh('data') + suffix);
  }
}
