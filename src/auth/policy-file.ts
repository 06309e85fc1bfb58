import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { parseRule } from './policy-parser.js';
import type { WrittenRule } from './policy-parser.js';
import { PolicyFilesInvalid, PolicyRuleInvalid } from './policy.errors.js';
import type { FileRule } from './policy-rule-set.js';

/** Largest policy file, in characters; what people write is a hundred times smaller. */
const MAX_LENGTH = 1024 * 1024;

/** A rule as it stands in a file. */
type WrittenEntry = Readonly<{ name: string; value: unknown; line: number }>;

/**
 * Reads a policy file: a mapping of rule names to rules, in YAML or JSON whatever the file is called. Of rules with the same
 * name the last counts. A rule without a value allows.
 * @throws PolicyFilesInvalid naming the file and line of every rule that cannot be understood
 */
export function parsePolicyFile(text: string, file: string): readonly FileRule[] {
  if (text.length > MAX_LENGTH) throw new PolicyFilesInvalid([`${file}: longer than ${MAX_LENGTH} characters`]);
  const problems: string[] = [];
  const rules = entriesOf(text, file).flatMap(({ name, value, line }) => {
    try {
      return [{ name, file, line, expression: parseRule(writtenRule(value)) }];
    } catch (error) {
      if (!(error instanceof PolicyRuleInvalid)) throw error;
      problems.push(`${file}:${line}: rule "${name}": ${error.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw new PolicyFilesInvalid(problems);
  return rules;
}

function entriesOf(text: string, file: string): readonly WrittenEntry[] {
  const json = jsonOf(text);
  if (json === null) return yamlEntries(text, file);
  if (typeof json.value !== 'object' || json.value === null || Array.isArray(json.value)) throw noMapping(file, 1);
  const lines = keyLines(text);
  return Object.entries<unknown>({ ...json.value }).map(([name, value]) => ({
    name,
    value,
    line: lines.get(name) ?? 1,
  }));
}

function jsonOf(text: string): Readonly<{ value: unknown }> | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** The line of each name that is a key, for texts that are JSON. */
function keyLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  for (const [, key, newLine] of text.matchAll(/("(?:[^"\\]|\\.)*")(?=\s*:)|(\n)|"(?:[^"\\]|\\.)*"/g)) {
    if (newLine !== undefined) line += 1;
    if (key !== undefined) lines.set(String(JSON.parse(key)), line);
  }
  return lines;
}

function yamlEntries(text: string, file: string): readonly WrittenEntry[] {
  const lines = new LineCounter();
  const document = documentOf(text, file, lines);
  const problems = document.errors.map(
    ({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message.split('\n')[0] ?? ''}`,
  );
  if (problems.length > 0) throw new PolicyFilesInvalid(problems);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap<Node, Node | null>(contents)) throw noMapping(file, 1);
  return contents.items.map(({ key, value }) => {
    const line = lines.linePos(key.range[0]).line;
    if (!isScalar(key)) throw new PolicyFilesInvalid([`${file}:${line}: the name of a rule must be a text`]);
    return { name: key.source, value: valueOf(value, document), line };
  });
}

function documentOf(text: string, file: string, lineCounter: LineCounter): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false });
  } catch (cause) {
    throw new PolicyFilesInvalid([`${file}: it is nested too deeply to be read`], { cause }); // the parser is recursive
  }
}

function valueOf(node: Node | null, document: Document): unknown {
  if (node === null) return null;
  if (isAlias(node)) return valueOf(node.resolve(document) ?? null, document);
  if (isScalar(node)) return node.value;
  return isSeq<Node | null>(node) && node.items.length <= MAX_PARTS
    ? node.items.map((item) => (isSeq<Node | null>(item) ? item.items.map(scalarOf) : scalarOf(item)))
    : undefined;
}

/** Parts of one rule in the older form. */
const MAX_PARTS = 10_000;

const scalarOf = (node: unknown): unknown => (isScalar(node) ? node.value : undefined);

/** @throws PolicyRuleInvalid */
function writtenRule(value: unknown): WrittenRule {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(isPart)) return value;
  throw new PolicyRuleInvalid('it must be a text, or a list of texts and of lists of texts');
}

const isPart = (part: unknown): part is string | readonly string[] =>
  typeof part === 'string' || (Array.isArray(part) && part.every((text) => typeof text === 'string'));

const noMapping = (file: string, line: number): PolicyFilesInvalid =>
  new PolicyFilesInvalid([`${file}:${line}: expected rules as "name: check" pairs`]);
