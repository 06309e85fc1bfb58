import type { Assignments } from './assignments.js';
import { UnresolvedReference } from './assignments.js';
import type { Assignment } from './option-sources.js';
import { textOfValue } from './option-text.js';
import type { Option } from './option.js';

/** An option that counts: what it comes to, and where from. `group` is that of the store for options of stores. */
export type EffectiveOption = Readonly<{
  group: string;
  option: Option<unknown>;
  /** As in a file; a secret is not shown. */
  text: string;
  /** `file:line`, `environment ...` and the like; null: the default. */
  origin: string | null;
}>;

const HIDDEN = '(not shown)';

/** Reads typed values and collects what is wrong with them, so that an operator sees all problems at once. */
export class OptionReader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  private readonly effective = new Map<string, EffectiveOption>();

  constructor(private readonly assignments: Assignments) {}

  /** The value of an option; its default when it is not set, or wrong (which is noted). */
  read<Value>(option: Option<Value>): Value {
    const assignment = this.locate(option);
    return this.parse(option, option.group, option.group, assignment);
  }

  /** As `read`, for an option that may stand in one of several groups, the first of which wins. */
  readFrom<Value>(groups: readonly string[], option: Option<Value>): Value {
    const [shownGroup = option.group] = groups;
    const found = this.locateIn(groups, option);
    return this.parse(option, shownGroup, found?.group ?? shownGroup, found?.assignment);
  }

  /** All values of an option that may be repeated, in one of several groups, the first of which wins. */
  readAllFrom<Value>(groups: readonly string[], option: Option<Value>): readonly Value[] {
    const [shownGroup = option.group] = groups;
    for (const group of groups) {
      const all = this.assignments.findAll(group, option.name);
      if (all.length === 0) continue;
      const values = all.map((assignment) => this.parse(option, shownGroup, group, assignment));
      this.note(option, shownGroup, all.map(({ text }) => text).join('; '), all.at(-1)?.origin ?? null);
      return values;
    }
    this.note(option, shownGroup, '', null);
    return [];
  }

  isSet(option: Option<unknown>): boolean {
    const assignment = this.locate(option);
    return assignment !== undefined && assignment.text !== '';
  }

  /** As `isSet`, for an option that may stand in one of several groups. */
  isSetIn(groups: readonly string[], option: Option<unknown>): boolean {
    return (this.locateIn(groups, option)?.assignment.text ?? '') !== '';
  }

  /** Notes what an option that is not set comes to, because of others. */
  settle(option: Option<unknown>, value: unknown, because: string, group = option.group): void {
    this.note(option, group, textOfValue(value), because);
  }

  /** What has been read so far, each option once. */
  effectiveOptions(): readonly EffectiveOption[] {
    return [...this.effective.values()];
  }

  /** The groups that any source names, in lower case. */
  groups(): readonly string[] {
    return this.assignments.groups();
  }

  hasGroup(group: string): boolean {
    return this.assignments.hasGroup(group);
  }

  /** Notes that a value cannot be used although its form is right. */
  refuse(option: Option<unknown>, problem: string, group = option.group): void {
    const origin =
      group === option.group ? this.locate(option)?.origin : this.effective.get(keyOf(group, option))?.origin;
    this.problems.push(`[${group}] ${option.name} ${problem}${origin ? ` (${origin})` : ''}`);
  }

  private locate(option: Option<unknown>): Assignment | undefined {
    return this.assignments.find([option.group, option.name], ...(option.formerly ?? []));
  }

  private locateIn(
    groups: readonly string[],
    option: Option<unknown>,
  ): Readonly<{ group: string; assignment: Assignment }> | undefined {
    for (const group of groups) {
      const assignment = this.assignments.find([group, option.name]);
      if (assignment !== undefined) return { group, assignment };
    }
    return undefined;
  }

  private parse<Value>(
    option: Option<Value>,
    shownGroup: string,
    group: string,
    assignment: Assignment | undefined,
  ): Value {
    if (assignment === undefined) return this.useDefault(option, shownGroup);
    const { text, origin } = assignment;
    const shown = option.secret ? HIDDEN : `"${text}"`;
    try {
      const expanded = this.assignments.expand(assignment).trim();
      if (expanded === '' && option.type.emptyIsUnset) return this.useDefault(option, shownGroup);
      const value = option.type.parse(expanded);
      this.note(option, shownGroup, expanded, origin);
      if (value !== undefined) return value;
      this.problems.push(`[${group}] ${option.name} = ${shown} (${origin}): must be ${option.type.allowed}`);
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      this.problems.push(`[${group}] ${option.name} (${origin}): ${error.message}`);
    }
    return option.default;
  }

  private useDefault<Value>(option: Option<Value>, group: string): Value {
    this.note(option, group, textOfValue(option.default), null);
    return option.default;
  }

  private note(option: Option<unknown>, group: string, text: string, origin: string | null): void {
    const shown = option.secret && text !== '' ? HIDDEN : withHiddenCredentials(text);
    this.effective.set(keyOf(group, option), { group, option, text: shown, origin });
  }
}

/** Also other options may hold a URL with a password. */
const withHiddenCredentials = (text: string): string => text.replace(/:\/\/[^/?#@\s]*@/g, `://${HIDDEN}@`);

const keyOf = (group: string, { name }: Option<unknown>): string => `${group}] ${name}`;
