import type { Assignments } from './assignments.js';
import { UnresolvedReference } from './assignments.js';
import type { Assignment } from './option-sources.js';
import type { Option } from './option.js';

/** Reads typed values and collects what is wrong with them, so that an operator sees all problems at once. */
export class OptionReader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];

  constructor(private readonly assignments: Assignments) {}

  /** The value of an option; its default when it is not set, or wrong (which is noted). */
  read<Value>(option: Option<Value>): Value {
    const assignment = this.locate(option);
    return assignment ? this.parse(option, option.group, assignment) : option.default;
  }

  /** As `read`, for an option that may stand in one of several groups, the first of which wins. */
  readFrom<Value>(groups: readonly string[], option: Option<Value>): Value {
    const found = groups
      .map((group) => ({ group, assignment: this.assignments.find([group, option.name]) }))
      .find(({ assignment }) => assignment !== undefined);
    return found?.assignment ? this.parse(option, found.group, found.assignment) : option.default;
  }

  /** All values of an option that may be repeated, in one of several groups, the first of which wins. */
  readAllFrom<Value>(groups: readonly string[], option: Option<Value>): readonly Value[] {
    for (const group of groups) {
      const all = this.assignments.findAll(group, option.name);
      if (all.length > 0) return all.map((assignment) => this.parse(option, group, assignment));
    }
    return [];
  }

  isSet(option: Option<unknown>): boolean {
    const assignment = this.locate(option);
    return assignment !== undefined && assignment.text !== '';
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
    this.problems.push(`[${group}] ${option.name} ${problem}`);
  }

  private locate(option: Option<unknown>): Assignment | undefined {
    return this.assignments.find([option.group, option.name], ...(option.formerly ?? []));
  }

  private parse<Value>(option: Option<Value>, group: string, assignment: Assignment): Value {
    const { text, origin } = assignment;
    const shown = option.secret ? '(not shown)' : `"${text}"`;
    try {
      const expanded = this.assignments.expand(assignment).trim();
      if (expanded === '' && option.type.emptyIsUnset) return option.default;
      const value = option.type.parse(expanded);
      if (value !== undefined) return value;
      this.problems.push(`[${group}] ${option.name} = ${shown} (${origin}): must be ${option.type.allowed}`);
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      this.problems.push(`[${group}] ${option.name} (${origin}): ${error.message}`);
    }
    return option.default;
  }
}
