import type { HttpResponse } from '../http-client.js';
import type { ImageSession } from '../image-session.js';
import { NamespaceModel } from './namespace-model.js';
import { tick } from './possibilities.js';
import type { Possibilities } from './possibilities.js';
import { Requester } from './requester.js';
import type { Served } from './requester.js';
import type { SeededRandom } from './seeded-random.js';

/** How often what is asked for, compared with the others. */
const REQUESTS = {
  create: 4,
  describe: 6,
  addProperty: 6,
  retitle: 6,
  removeProperty: 2,
  addTag: 8,
  removeTag: 3,
  show: 8,
  remove: 2,
} as const;

const MANY_NAMESPACES = 5;

/** An administrator who writes metadata definitions, and remembers what it was told. */
export class NamespaceClient {
  readonly namespaces: NamespaceModel[] = [];
  private readonly requester: Requester;
  private isOver = false;
  private count = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly served: () => Served,
  ) {
    this.requester = new Requester(served().admin, random, served);
  }

  async run(): Promise<void> {
    while (!this.isOver) await this.request();
  }

  end(): void {
    this.isOver = true;
    this.requester.end();
  }

  /** Compares all of them with what this client was told. */
  async judge(): Promise<void> {
    for (const namespace of this.namespaces) {
      const isJudged = await this.look(namespace);
      if (!isJudged) this.served().trace.violated('nobody could say how it is', namespace.id);
    }
  }

  private async request(): Promise<void> {
    this.count += 1;
    const live = this.namespaces.filter(({ exists }) => exists.is(true));
    const chosen = this.random.pickWeighted(REQUESTS);
    if (live.length === 0) return this.create();
    const namespace = this.random.pick(live);
    if (chosen !== 'create') return this[chosen](namespace);
    return live.length < MANY_NAMESPACES ? this.create() : this.remove(namespace);
  }

  private async create(): Promise<void> {
    const namespace = new NamespaceModel(this.fresh('Namespace'));
    this.namespaces.push(namespace);
    const [description, tag] = [this.fresh('description'), this.fresh('tag')];
    // If it is there at all, it is as it was asked for.
    namespace.description.write(description)('acknowledged');
    namespace.newTag(tag).write(true)('acknowledged');
    const document = { namespace: namespace.id, description, tags: [{ name: tag }] };
    await this.write('create', namespace, namespace.exists, true, 201, (session) =>
      session.post('/v2/metadefs/namespaces', document),
    );
  }

  private async describe(namespace: NamespaceModel): Promise<void> {
    const description = this.fresh('description');
    await this.write(`describe as ${description}`, namespace, namespace.description, description, 200, (session) =>
      session.put(namespace.path, { namespace: namespace.id, description }),
    );
  }

  private async addProperty(namespace: NamespaceModel): Promise<void> {
    const [name, title] = [this.fresh('property'), this.fresh('title')];
    await this.write(`add ${name}`, namespace, namespace.newProperty(name), title, 201, (session) =>
      session.post(`${namespace.path}/properties`, { name, title, type: 'string' }),
    );
  }

  private async retitle(namespace: NamespaceModel): Promise<void> {
    const name = this.pickProperty(namespace);
    const known = name === null ? undefined : namespace.properties.get(name);
    if (name === null || known === undefined) return this.show(namespace);
    const title = this.fresh('title');
    await this.write(`call ${name} ${title}`, namespace, known, title, 200, (session) =>
      session.put(`${namespace.path}/properties/${name}`, { name, title, type: 'string' }),
    );
  }

  private async removeProperty(namespace: NamespaceModel): Promise<void> {
    const name = this.pickProperty(namespace);
    const known = name === null ? undefined : namespace.properties.get(name);
    if (known === undefined) return this.show(namespace);
    await this.write(`remove ${name}`, namespace, known, null, 204, (session) =>
      session.delete(`${namespace.path}/properties/${name}`),
    );
  }

  private async addTag(namespace: NamespaceModel): Promise<void> {
    const tag = this.fresh('tag');
    await this.write(`add ${tag}`, namespace, namespace.newTag(tag), true, 201, (session) =>
      session.post(`${namespace.path}/tags/${tag}`),
    );
  }

  private async removeTag(namespace: NamespaceModel): Promise<void> {
    const certain = [...namespace.tags].filter(([, isThere]) => isThere.is(true));
    if (certain.length === 0) return this.show(namespace);
    const [tag, isThere] = this.random.pick(certain);
    await this.write(`remove ${tag}`, namespace, isThere, false, 204, (session) =>
      session.delete(`${namespace.path}/tags/${tag}`),
    );
  }

  private async show(namespace: NamespaceModel): Promise<void> {
    await this.look(namespace);
  }

  /** @returns false: there was no answer */
  private async look(namespace: NamespaceModel): Promise<boolean> {
    const since = tick();
    const { response } = await this.requester.send({
      what: 'show',
      about: namespace,
      success: [200],
      act: (session) => session.get(namespace.path),
    });
    if (response === null || (response.status !== 200 && response.status !== 404)) return false;
    const { trace } = this.served();
    const document = response.status === 404 ? null : response.json;
    for (const problem of namespace.contradictionsOf(document, since)) trace.violated(problem, namespace.id);
    return true;
  }

  private async remove(namespace: NamespaceModel): Promise<void> {
    await this.write('delete', namespace, namespace.exists, false, 204, (session) => session.delete(namespace.path));
  }

  private async write<Value>(
    what: string,
    about: NamespaceModel,
    field: Possibilities<Value>,
    value: Value,
    success: number,
    act: (session: ImageSession) => Promise<HttpResponse>,
  ): Promise<void> {
    await this.requester.write(field, value, { what, about, success: [success], act });
  }

  /** One that is there for sure; null: none is. */
  private pickProperty({ properties }: NamespaceModel): string | null {
    const certain = [...properties].filter(([, title]) => title.isCertain && !title.is(null));
    return certain.length === 0 ? null : this.random.pick(certain)[0];
  }

  /** A text that nothing else has been called. */
  private fresh(word: string): string {
    return `${word}-${this.count}`;
  }
}
