import type { ExaminedConfig } from '../config/load-config.js';
import type { EffectiveOption } from '../config/option-reader.js';
import { allOptions } from '../config/options.js';
import type { Print } from './print.js';
import { printable } from './printable.js';

/** `set`: leave out what has its default. */
export type ShowConfigOptions = Readonly<{ set: boolean; json: boolean }>;

/** Prints the options that count, each with the place it comes from, in the order of the documentation. */
export function printConfig({ options }: ExaminedConfig, { set, json }: ShowConfigOptions, print: Print): void {
  for (const { group, option, text, origin } of inOrder(options)) {
    if (set && origin === null) continue;
    const source = origin ?? `default${option.defaultText ? `: ${option.defaultText.replaceAll('`', '')}` : ''}`;
    const value = origin === null && option.defaultText ? '' : text;
    if (json) print(JSON.stringify({ group, name: option.name, value, source }));
    else print(printable(`[${group}] ${option.name} = ${value}`.padEnd(COLUMN)) + `  # ${printable(source)}`);
  }
}

/**
 * Prints what was read, what has no effect and what is wrong.
 * @param fileProblems of the files that the configuration names
 * @returns the number of problems
 */
export function printConfigCheck(
  { files, warnings, problems }: ExaminedConfig,
  fileProblems: readonly string[],
  json: boolean,
  print: Print,
): number {
  const all = [...problems, ...fileProblems];
  const say = (kind: string, message: string): void =>
    print(json ? JSON.stringify({ kind, message }) : `${kind}: ${printable(message)}`);
  for (const file of files) say('file', file);
  for (const warning of warnings) say('warning', warning);
  for (const problem of all) say('problem', problem);
  if (!json) print(`${files.length} files, ${warnings.length} warnings, ${all.length} problems`);
  return all.length;
}

/** Where origins begin, unless the value is longer. */
const COLUMN = 60;

/** Stores keep their options together. */
function inOrder(options: readonly EffectiveOption[]): readonly EffectiveOption[] {
  const [position, groups] = [new Map(allOptions.map((option, index) => [option, index])), new Map<string, number>()];
  allOptions.forEach(({ group }, index) => groups.has(group) || groups.set(group, index));
  const placeOf = ({ option }: EffectiveOption): number => groups.get(option.group) ?? 0;
  return options.toSorted(
    (one, other) =>
      placeOf(one) - placeOf(other) ||
      (one.group < other.group ? -1 : Number(one.group > other.group)) ||
      (position.get(one.option) ?? 0) - (position.get(other.option) ?? 0),
  );
}
