/** A name of a section cannot be used as a pattern; the message says why. */
export class PropertyPatternInvalid extends Error {}

/** Longest pattern, and unlimited repetitions in it: a search through a name must not take noticeable time. */
const MAX_LENGTH = 1000;
const MAX_REPETITIONS = 3;

/**
 * The regular expression of a section, which is written for Python: `(?i)` in front, `\A`, `\Z` and `(?P<name>...)` are
 * understood. What could make a search take for ever is refused, for clients choose the names that are searched.
 * @throws PropertyPatternInvalid
 */
export function propertyPattern(text: string): RegExp {
  if (text.length > MAX_LENGTH) throw new PropertyPatternInvalid(`it is longer than ${MAX_LENGTH} characters`);
  const [, caseless, rest = ''] = /^(\(\?i\))?(.*)$/s.exec(text) ?? [];
  mustBeQuick(rest);
  const source = rest.replaceAll(/\\([AZ])|\(\?P<|\\./g, (match, anchor: string | undefined) =>
    anchor === undefined ? (match === '(?P<' ? '(?<' : match) : anchor === 'A' ? '^' : '$',
  );
  try {
    return new RegExp(source, caseless === undefined ? '' : 'i');
  } catch {
    throw new PropertyPatternInvalid('it is no regular expression');
  }
}

/** Escaped characters, character classes, openings of groups, their ends with what repeats them, repetitions, alternatives. */
const PARTS =
  /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?<opening>\()|\)(?<repeated>[*+]|\{\d*,?\d*\})?|(?<repeat>[*+]|\{\d*,\})|(?<choice>\|)/gs;

/** @throws PropertyPatternInvalid */
function mustBeQuick(pattern: string): void {
  /** Of each open group, whether it can match the same text in several ways; the first is the whole pattern. */
  const varies = [false];
  let repetitions = 0;
  for (const { 0: part, groups = {} } of pattern.matchAll(PARTS)) {
    const { opening, repeated, repeat, choice } = groups;
    if (/^\\[1-9]/.test(part)) throw new PropertyPatternInvalid('it refers back to a group');
    if ((repeated ?? repeat) !== undefined) repetitions += 1;
    if (opening !== undefined) varies.push(false);
    else if (part.startsWith(')')) endGroup(varies, repeated !== undefined);
    else if ((repeat ?? choice) !== undefined) varies[varies.length - 1] = true;
  }
  if (repetitions > MAX_REPETITIONS)
    throw new PropertyPatternInvalid(`it repeats more than ${MAX_REPETITIONS} things without limit`);
}

/** @throws PropertyPatternInvalid */
function endGroup(varies: boolean[], isRepeated: boolean): void {
  const inner = varies.length > 1 && varies.pop() === true;
  if (inner && isRepeated)
    throw new PropertyPatternInvalid('it repeats a group in which something repeats or has alternatives');
  if (inner || isRepeated) varies[varies.length - 1] = true;
}
