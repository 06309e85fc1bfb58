import { PolicyRuleInvalid } from './policy.errors.js';

export type PolicyToken = Readonly<{
  kind: 'and' | 'or' | 'not' | '(' | ')' | 'atom';
  text: string;
  /** 0-based offset in the check string. */
  position: number;
}>;

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not']);

// An atom may contain quoted text and %(attribute)s, inside of which blanks and parentheses mean nothing.
const ATOM = /(?:'[^']*'|"[^"]*"|%\([^()\s]*\)|[^\s()'"])+/y;

/** Cuts a check string into words and parentheses. */
export function tokensOf(text: string): readonly PolicyToken[] {
  const tokens: PolicyToken[] = [];
  let position = blanksEnd(text, 0);
  while (position < text.length) {
    const token = tokenAt(text, position);
    tokens.push(token);
    position = blanksEnd(text, position + token.text.length);
  }
  return tokens;
}

function tokenAt(text: string, position: number): PolicyToken {
  const character = text.charAt(position);
  if (character === '(' || character === ')') return { kind: character, text: character, position };
  ATOM.lastIndex = position;
  const atom = ATOM.exec(text)?.[0];
  if (atom === undefined) throw new PolicyRuleInvalid(`unterminated quote at position ${position}`);
  const word = atom.toLowerCase();
  return { kind: isKeyword(word) ? word : 'atom', text: atom, position };
}

const isKeyword = (word: string): word is 'and' | 'or' | 'not' => KEYWORDS.has(word);

function blanksEnd(text: string, from: number): number {
  let position = from;
  while (position < text.length && /\s/.test(text.charAt(position))) position += 1;
  return position;
}
