/** How the text of an option becomes a value. `allowed` completes the sentence "must be ...". */
export type OptionType<Value> = Readonly<{
  label: string;
  allowed: string;
  /** @returns undefined when the text is not allowed */
  parse(text: string): Value | undefined;
  /** An empty text leaves the option at its default, as if it were not there. */
  emptyIsUnset?: boolean;
}>;

const TRUE = ['true', '1', 'on', 'yes'];
const FALSE = ['false', '0', 'off', 'no'];

export const booleanType: OptionType<boolean> = {
  label: 'boolean',
  allowed: 'true or false (also 1/0, yes/no, on/off)',
  parse: (text) => (TRUE.includes(text.toLowerCase()) ? true : FALSE.includes(text.toLowerCase()) ? false : undefined),
};

/** Bounds are inclusive. Values beyond 2^53 lose precision, which matters to none of the limits they set. */
export function integerType(min: number, max = Infinity): OptionType<number> {
  return { label: 'integer', allowed: `an integer ${rangeText(min, max)}`.trim(), parse, emptyIsUnset: true };

  function parse(text: string): number | undefined {
    if (!/^[+-]?\d+$/.test(text)) return undefined;
    const value = Number(text);
    return value >= min && value <= max ? value : undefined;
  }
}

function rangeText(min: number, max: number): string {
  if (max !== Infinity) return `from ${min} to ${BigInt(max)}`;
  return min === -Infinity ? '' : `of at least ${min}`;
}

const UNITS = ['', 'B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes: a number and B, KB, MB, GB or TB (powers of 1024) without a space; no unit means bytes. */
export const sizeType: OptionType<number> = {
  label: 'size',
  allowed: 'a number of bytes, or a number with B, KB, MB, GB or TB right after it',
  parse: (text) => {
    const [, digits = '', unit = ''] = /^(\d+)(B|KB|MB|GB|TB)?$/i.exec(text) ?? [];
    if (digits === '') return undefined;
    return Number(digits) * 1024 ** Math.max(UNITS.indexOf(unit.toUpperCase()) - 1, 0);
  },
};

export const textType: OptionType<string> = {
  label: 'text',
  allowed: 'a text that is not empty',
  parse: (text) => (text === '' ? undefined : text),
};

/** An empty text is the same as leaving the option out. */
export const optionalTextType: OptionType<string | null> = {
  label: 'text',
  allowed: 'a text',
  parse: (text) => (text === '' ? null : text),
};

/** An absolute http or https URL; trailing slashes are dropped. */
export const optionalUrlType: OptionType<string | null> = {
  label: 'URL',
  allowed: 'an http:// or https:// URL',
  parse: (text) => {
    if (text === '') return null;
    const url = URL.parse(text);
    return url && /^https?:$/.test(url.protocol) ? text.replace(/\/+$/, '') : undefined;
  },
};

export function choiceType<Choice extends string>(...choices: readonly Choice[]): OptionType<Choice> {
  return {
    label: 'choice',
    allowed: `one of ${choices.join(', ')}`,
    parse: (text) => choices.find((choice) => choice === text.toLowerCase()),
  };
}

/** Comma-separated, with or without `[...]` around it; quotes keep a comma inside an item. */
export function listType<Item>(item: OptionType<Item>): OptionType<readonly Item[]> {
  return { label: `list of ${item.label}s`, allowed: `a comma-separated list, each ${item.allowed}`, parse };

  function parse(text: string): readonly Item[] | undefined {
    const items = splitItems(text)?.map((part) => item.parse(part));
    return items?.every((value) => value !== undefined) ? items : undefined;
  }
}

/** `key:value,key:value`, with or without braces or brackets around it; the order is kept, keys are unique. */
export const dictType: OptionType<ReadonlyMap<string, string>> = {
  label: 'pairs',
  allowed: 'comma-separated name:value pairs with different names',
  parse: (text) => {
    const pairs = splitItems(text)?.map((part) => /^([^:]+):(.*)$/s.exec(part));
    if (!pairs?.every((pair) => pair !== null)) return undefined;
    const dict = new Map(pairs.map(([, key = '', value = '']) => [key.trim(), value.trim()]));
    return dict.size === pairs.length ? dict : undefined;
  },
};

function splitItems(text: string): string[] | undefined {
  const inner = /^\[(.*)\]$|^\{(.*)\}$/s.exec(text);
  const body = (inner ? (inner[1] ?? inner[2] ?? '') : text).trim();
  if (body === '') return [];
  if (!/^(?:"[^"]*"|'[^']*'|[^"',])+(?:,(?:"[^"]*"|'[^']*'|[^"',])*)*$/s.test(body)) return undefined;
  return (body.match(/(?:"[^"]*"|'[^']*'|[^"',])+/gs) ?? []).map(unquoteItem).filter((item) => item !== '');
}

const unquoteItem = (item: string): string => item.trim().replace(/^(["'])(.*)\1$/s, '$2');
