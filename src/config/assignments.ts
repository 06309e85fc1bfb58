import { RANKS } from './option-sources.js';
import type { Assignment } from './option-sources.js';

/** A `$reference` that leads nowhere, or back to itself. */
export class UnresolvedReference extends Error {}

/**
 * What the sources say, with the later ones beating the earlier ones, and `$name`, `${name}`, `$group.name` and
 * `${group.name}` replaced by the value of that option (own group first, then [DEFAULT]); `$$` and `\$` stand for a dollar
 * sign. Groups and names compare as in the environment: without regard to case, `-` equal to `_`.
 */
export class Assignments {
  private readonly byOption = new Map<string, Assignment[]>();
  private readonly used = new Set<string>();

  /** @param defaultOf text of the default of an option that no source sets; undefined when there is no such option */
  constructor(
    assignments: readonly Assignment[],
    private readonly defaultOf: (group: string, name: string) => string | undefined,
  ) {
    for (const assignment of assignments) {
      const key = keyOf(assignment.group, assignment.name);
      this.byOption.set(key, [...(this.byOption.get(key) ?? []), assignment]);
    }
  }

  /** The assignment that counts. Between several names of one option it is the latest source; within one, the first name. */
  find(...names: readonly (readonly [group: string, name: string])[]): Assignment | undefined {
    let found: Assignment | undefined;
    for (const [group, name] of names) {
      const candidate = this.take(group, name).at(-1);
      if (candidate && (!found || candidate.rank > found.rank)) found = candidate;
    }
    return found;
  }

  /** All assignments of an option that may be repeated: those of all files together, or those of what beats files. */
  findAll(group: string, name: string): readonly Assignment[] {
    const all = this.take(group, name);
    const strongest = all.at(-1)?.rank ?? 0;
    return strongest < RANKS.paste ? all : all.filter(({ rank }) => rank === strongest);
  }

  groups(): readonly string[] {
    return [...new Set([...this.byOption.keys()].map((key) => key.slice(0, key.lastIndexOf(']'))))];
  }

  hasGroup(group: string): boolean {
    return [...this.byOption.keys()].some((key) => key.startsWith(keyOf(group, '')));
  }

  /** What was set but never asked for, each option once. */
  unused(): readonly Assignment[] {
    return [...this.byOption].filter(([key]) => !this.used.has(key)).flatMap(([, all]) => all.slice(-1));
  }

  /** @throws UnresolvedReference */
  expand({ group, name, text }: Assignment, path: readonly string[] = []): string {
    const here = keyOf(group, name);
    if (path.includes(here)) throw new UnresolvedReference(`$${name} refers to itself`);
    return text.replace(
      /\$\$|\\\$|\$\{([A-Za-z_][\w.]*)\}|\$([A-Za-z_][\w.]*)/g,
      (match, braced: string | undefined, plain: string | undefined) => {
        const reference = braced ?? plain;
        return reference === undefined ? '$' : this.resolve(reference, group, [...path, here], match);
      },
    );
  }

  private resolve(reference: string, group: string, path: readonly string[], match: string): string {
    const [, otherGroup, name = ''] = /^(?:(.+)\.)?([^.]+)$/.exec(reference) ?? [];
    for (const candidate of otherGroup === undefined ? [group, 'DEFAULT'] : [otherGroup]) {
      const assignment = this.find([candidate, name]);
      if (assignment) return this.expand(assignment, path);
      const fallback = this.defaultOf(candidate, name);
      if (fallback !== undefined) return fallback;
    }
    // A full stop may as well end the sentence that the reference stands in.
    const dot = match.startsWith('${') ? -1 : reference.lastIndexOf('.');
    if (dot > 0) return this.resolve(reference.slice(0, dot), group, path, match) + reference.slice(dot);
    throw new UnresolvedReference(`${match} names no option; a dollar sign itself is written $$`);
  }

  private take(group: string, name: string): readonly Assignment[] {
    const key = keyOf(group, name);
    this.used.add(key);
    return this.byOption.get(key) ?? [];
  }
}

const keyOf = (group: string, name: string): string => `${normalize(group)}]${normalize(name)}`;

const normalize = (text: string): string => text.trim().toLowerCase().replaceAll('-', '_');
