import { createHash } from 'node:crypto';
import { patternOf } from '../web-server.js';
import { Possibilities } from './possibilities.js';
import type { Tick } from './possibilities.js';

/** Data of an image: bytes that follow from a size and a seed. */
export type ModelData = Readonly<{ size: number; seed: string; bytes: Buffer; checksum: string }>;

export function newData(size: number, seed: string): ModelData {
  const bytes = patternOf(size, seed);
  return { size, seed, bytes, checksum: createHash('md5').update(bytes).digest('hex') };
}

type DataPart = Readonly<{ first: number; last: number }>;

type MemberStatus = 'pending' | 'accepted' | 'rejected' | null;

const field = <Value>(fields: Map<string, Possibilities<Value>>, name: string, absent: Value): Possibilities<Value> => {
  const known = fields.get(name) ?? new Possibilities(absent);
  fields.set(name, known);
  return known;
};

/** What is known of one image by those who wrote to it. */
export class ImageModel {
  readonly exists = new Possibilities(false);
  readonly name = new Possibilities<string | null>(null);
  readonly deactivated = new Possibilities(false);
  /** Null: none. */
  readonly data = new Possibilities<ModelData | null>(null);
  /** An acknowledged import will bring these. */
  promised: ModelData | null = null;
  /** Whether the data may be in the second store, or on the way there: asked once more, a copy would be refused. */
  mayBeCopied = false;
  /** Whether an acknowledged copy will bring the data into the second store. */
  promisedCopy = false;
  /** Whether data may have been staged: then the image may wait for its import. */
  mayBeStaged = false;
  private readonly properties = new Map<string, Possibilities<string | null>>();
  private readonly tags = new Map<string, Possibilities<boolean>>();
  private readonly members = new Map<string, Possibilities<MemberStatus>>();

  constructor(
    readonly id: string,
    readonly owner: string,
  ) {}

  property(name: string): Possibilities<string | null> {
    return field(this.properties, name, null);
  }

  tag(name: string): Possibilities<boolean> {
    return field(this.tags, name, false);
  }

  member(project: string): Possibilities<MemberStatus> {
    return field<MemberStatus>(this.members, project, null);
  }

  /** Of the properties, those that are there for sure. */
  get certainProperties(): readonly string[] {
    return [...this.properties].filter(([, value]) => value.isCertain && !value.is(null)).map(([name]) => name);
  }

  get certainTags(): readonly string[] {
    return [...this.tags].filter(([, present]) => present.is(true)).map(([name]) => name);
  }

  /**
   * What a document of the image says that cannot be.
   * @param document null: the image is not found
   * @param since when it was asked for
   */
  contradictionsOf(document: any, since?: Tick): readonly string[] {
    if (document === null) return this.exists.allows(false, since) ? [] : ['it is not found'];
    if (!this.exists.allows(true, since)) return ['it is found'];
    return [
      ...contradiction('its name', this.name, document.name, since),
      ...[...this.properties].flatMap(([name, value]) =>
        contradiction(`its property ${name}`, value, document[name] ?? null, since),
      ),
      ...[...this.tags].flatMap(([tag, value]) =>
        contradiction(`that it has the tag ${tag}`, value, document.tags.includes(tag), since),
      ),
    ];
  }

  /** What is wrong with its members as their list has them. */
  contradictionsOfMembers(members: readonly Readonly<{ member_id: string; status: string }>[]): readonly string[] {
    return [...this.members].flatMap(([project, value]) => {
      const found = members.find(({ member_id: id }) => id === project)?.status ?? null;
      return contradiction(`the membership of ${project}`, value, found as MemberStatus);
    });
  }

  /** What is wrong with its state when nothing is under way any more. */
  contradictionsAtRest(document: any): readonly string[] {
    const { status, checksum } = document;
    const hasData = status === 'active' || status === 'deactivated';
    if (!hasData && status !== 'queued' && !(status === 'uploading' && this.mayBeStaged)) {
      return [`its status is ${status}`];
    }
    const found = hasData ? this.possibleData.find((data) => data?.checksum === checksum) : null;
    return [
      ...(found !== undefined && this.possibleData.includes(found)
        ? []
        : [
            `its data is ${checksum}, status ${status}, not ${this.possibleData.map((data) => data?.checksum ?? 'none').join(' or ')}`,
          ]),
      ...(this.promisedCopy && !String(document.stores).split(',').includes('slow') ? ['it was not copied'] : []),
      ...(hasData ? contradiction('that it is deactivated', this.deactivated, status === 'deactivated') : []),
    ];
  }

  /**
   * What cannot be of data that somebody has read.
   * @param found null: there is none
   * @param part of the data, both ends included; default: all
   */
  contradictionsOfData(found: Buffer | null, since: Tick, part?: DataPart): readonly string[] {
    const isFound = (data: ModelData | null): boolean =>
      data === null || found === null
        ? data === found
        : found.equals(part === undefined ? data.bytes : data.bytes.subarray(part.first, part.last + 1));
    if (this.data.since(since).some(isFound)) return [];
    return [found === null ? 'it is said to have no data' : `its data is another one: ${found.length} bytes`];
  }

  get possibleData(): readonly (ModelData | null)[] {
    return this.promised === null ? this.data.all : [this.promised];
  }
}

const contradiction = <Value>(
  what: string,
  expected: Possibilities<Value>,
  found: Value,
  since?: Tick,
): readonly string[] =>
  expected.allows(found, since) ? [] : [`${what} is ${JSON.stringify(found)}, not ${String(expected)}`];
