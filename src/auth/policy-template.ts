import type { PolicyTarget } from './policy.js';
import { PolicyRuleInvalid } from './policy.errors.js';

/** Text in which `%(name)s` stands for an attribute of the target, and `%%` for a percent sign. */
export type Template = Readonly<{
  /** The text, when nothing in it depends on the target. */
  constant: string | null;
  /**
   * @param nothing stands for an attribute that has no value; without it, and for an attribute that the target does not
   *   know, there is no text
   */
  fill(target: PolicyTarget, nothing?: string | null, encode?: (text: string) => string): string | null;
}>;

/** @throws PolicyRuleInvalid for a percent sign that means nothing */
export function parseTemplate(text: string, position: number): Template {
  const parts = text.split(/(%\([^()]+\)s|%%)/);
  // Odd ones are substitutions.
  if (parts.some((part, index) => index % 2 === 0 && part.includes('%')))
    throw new PolicyRuleInvalid(`cannot understand "${text}" at position ${position}`);
  const pieces = parts.map((part, index) => (index % 2 === 0 ? { literal: part } : substitution(part)));
  const [before, only, after] = pieces;
  if (pieces.every((piece) => 'literal' in piece))
    return constantTemplate(pieces.map(({ literal }) => literal).join(''));
  if (pieces.length === 3 && before && after && only && 'name' in only && isEmpty(before) && isEmpty(after))
    return attributeTemplate(only.name);
  return mixedTemplate(pieces);
}

type Piece = Readonly<{ literal: string }> | Readonly<{ name: string }>;

const substitution = (part: string): Piece => (part === '%%' ? { literal: '%' } : { name: part.slice(2, -2) });

const isEmpty = (piece: Piece): boolean => 'literal' in piece && piece.literal === '';

const constantTemplate = (constant: string): Template => ({ constant, fill: () => constant });

const plain = (text: string): string => text;

/** Nearly all that rules contain. */
const attributeTemplate = (name: string): Template => ({
  constant: null,
  fill: (target, nothing = null, encode = plain) => attributeText(target, name, nothing, encode),
});

const mixedTemplate = (pieces: readonly Piece[]): Template => ({
  constant: null,
  fill: (target, nothing = null, encode = plain) => {
    let text = '';
    for (const piece of pieces) {
      const part = 'literal' in piece ? piece.literal : attributeText(target, piece.name, nothing, encode);
      if (part === null) return null;
      text += part;
    }
    return text;
  },
});

function attributeText(
  target: PolicyTarget,
  name: string,
  nothing: string | null,
  encode: (text: string) => string,
): string | null {
  const value = target[name];
  if (typeof value === 'string') return encode(value);
  if (value === null) return nothing;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : null;
}
