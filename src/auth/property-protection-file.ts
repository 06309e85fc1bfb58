import { ConfigError } from '../config/config-error.js';
import { parseIniFile } from '../config/ini-file.js';
import { propertyPattern, PropertyPatternInvalid } from './property-pattern.js';

export const PROPERTY_OPERATIONS = ['create', 'read', 'update', 'delete'] as const;
export type PropertyOperation = (typeof PROPERTY_OPERATIONS)[number];

/** Who may do something: everybody, nobody, or whoever has one of the roles, or fits the one policy rule. */
export type Permission = 'everybody' | 'nobody' | readonly string[];

/** What a section says of the properties whose names its pattern is found in. */
export type PropertySection = Readonly<{
  pattern: RegExp;
  permissions: Readonly<Record<PropertyOperation, Permission>>;
}>;

type Reader = Readonly<{
  format: 'roles' | 'policies';
  /** Whether there is a policy rule of this name. */
  knowsRule(name: string): boolean;
  warn(message: string): void;
}>;

type Section = Readonly<{ name: string; line: number; values: ReadonlyMap<string, string> }>;

/**
 * Reads a property-protection file: its sections are patterns, tried in the order of the file.
 * @throws ConfigError with file and section of everything that is wrong
 */
export function parsePropertyProtections(text: string, file: string, reader: Reader): readonly PropertySection[] {
  const problems: string[] = [];
  const sections = sectionsOf(text, file, problems).flatMap((section) => {
    if (section.name.startsWith('os_glance')) return []; // the service's own bookkeeping is not for operators to protect
    const refuse = (problem: string): number => problems.push(`${file}:${section.line}: [${section.name}]: ${problem}`);
    const pattern = patternOf(section.name, refuse);
    const [create, read, update, remove] = PROPERTY_OPERATIONS.map((operation) =>
      permissionOf(section, operation, reader, refuse, file),
    );
    if (pattern === null || !create || !read || !update || !remove) return [];
    return [{ pattern, permissions: { create, read, update, delete: remove } }];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return [BOOKKEEPING, ...sections];
}

/** What the service writes about imports is shown to everybody; clients cannot write such names at all. */
const BOOKKEEPING: PropertySection = {
  pattern: /^os_glance/,
  permissions: { create: 'everybody', read: 'everybody', update: 'everybody', delete: 'everybody' },
};

const DEFAULTS = 'DEFAULT';

/** Sections with their options by lower-case name; [DEFAULT] holds what applies to all that do not say it themselves. */
function sectionsOf(text: string, file: string, problems: string[]): readonly Section[] {
  const entries = parseIniFile(text, file);
  const sections = new Map<string, { name: string; line: number; values: Map<string, string> }>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const name = /^\[(.*)\]\s*$/.exec(line)?.[1]?.trim();
    if (name === undefined) continue;
    if (sections.has(name)) problems.push(`${file}:${index + 1}: [${name}]: there is such a section already`);
    sections.set(name, { name, line: index + 1, values: new Map() });
  }
  const defaults = entries.filter(({ group }) => group === DEFAULTS);
  for (const section of sections.values()) {
    const own = entries.filter(({ group }) => group === section.name);
    for (const { name, value } of [...defaults, ...own]) section.values.set(name.toLowerCase(), value);
  }
  sections.delete(DEFAULTS);
  return [...sections.values()];
}

function patternOf(name: string, refuse: (problem: string) => void): RegExp | null {
  try {
    return propertyPattern(name);
  } catch (error) {
    if (!(error instanceof PropertyPatternInvalid)) throw error;
    refuse(`the name of the section is used as a pattern, but ${error.message}`);
    return null;
  }
}

function permissionOf(
  { name, values }: Section,
  operation: PropertyOperation,
  { format, knowsRule, warn }: Reader,
  refuse: (problem: string) => void,
  file: string,
): Permission | null {
  const text = values.get(operation);
  if (text === undefined) {
    refuse(`"${operation}" is missing`);
    return null;
  }
  const names = text.split(',').map((part) => part.trim().toLowerCase());
  if (text === '') warn(`${file}: [${name}]: "${operation}" names nobody, so nobody may ${operation}`);
  if (names.includes('@') && names.includes('!')) refuse(`"${operation}" names both @ and !`);
  if (text === '' || names.includes('!')) return 'nobody';
  if (format === 'policies' && names.length > 1) refuse(`"${operation}" must name one policy rule`);
  if (names.includes('@')) return 'everybody';
  if (format === 'roles') return names;
  if (!knowsRule(text)) refuse(`"${operation}" names the policy rule "${text}", which does not exist`);
  return [text];
}
