import { Possibilities } from './possibilities.js';
import type { Tick } from './possibilities.js';

/** What is known of one namespace of metadata definitions by those who wrote to it. */
export class NamespaceModel {
  readonly exists = new Possibilities(false);
  readonly description = new Possibilities<string | null>(null);
  /** Titles of properties; null: there is no such property. */
  readonly properties = new Map<string, Possibilities<string | null>>();
  readonly tags = new Map<string, Possibilities<boolean>>();

  /** @param id its name */
  constructor(readonly id: string) {}

  get path(): string {
    return `/v2/metadefs/namespaces/${this.id}`;
  }

  newProperty(name: string): Possibilities<string | null> {
    const title = new Possibilities<string | null>(null);
    this.properties.set(name, title);
    return title;
  }

  newTag(name: string): Possibilities<boolean> {
    const isThere = new Possibilities(false);
    this.tags.set(name, isThere);
    return isThere;
  }

  /**
   * What a document of the namespace says that cannot be.
   * @param document null: it is not found
   * @param since when it was asked for; default: now
   */
  contradictionsOf(document: any, since?: Tick): readonly string[] {
    if (document === null) return this.exists.allows(false, since) ? [] : ['it is not found'];
    if (!this.exists.allows(true, since)) return ['it is found'];
    const description = document.description ?? null;
    const tags = (document.tags ?? []).map(({ name }: Readonly<{ name: string }>) => name);
    return [
      ...(this.description.allows(description, since)
        ? []
        : [`its description is ${description}, not ${String(this.description)}`]),
      ...[...this.properties].flatMap(([name, title]) => {
        const found = document.properties?.[name]?.title ?? null;
        return title.allows(found, since)
          ? []
          : [`the title of its property ${name} is ${found}, not ${String(title)}`];
      }),
      ...[...this.tags].flatMap(([name, isThere]) =>
        isThere.allows(tags.includes(name), since) ? [] : [`that it has the tag ${name} is ${tags.includes(name)}`],
      ),
    ];
  }
}
