import { failures } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';

const TEXT = /^[\t\n\r\x20-\x7e]*$/;
const ALLOWED_TYPES: ReadonlySet<string> = new Set(['monolithicsparse', 'streamoptimized']);
const EXTENT = /^(?:rw|rdonly|noaccess)\s/;
const HARMLESS = /^(?:#|ddb|[^\s=]+=|$)/;
/** Access, number of sectors, kind, and a name without folders. */
const OWN_EXTENT = /^(?:rw|rdonly) \d+ sparse "[^"/\\]+"$/;

/** An id has eight digits, of which one at least is written, and the zero behind the new text hides one character. */
const LEFT_BEHIND_CHARACTERS = 6;

/** Whether data without a VMDK header would be taken for a descriptor nevertheless. */
export function looksLikeDescriptor(head: HeaderBytes): boolean {
  const text = textOf(head);
  if (text === '' || !TEXT.test(text)) return false;
  return /createtype\s*=/.test(text) || /^(?:[ \t\r]*(?:#[^\n]*)?\n)*version=[123]\r?\n/.test(text);
}

/** What is wrong with the descriptor of an image that has to be complete in itself. */
export function descriptorProblems(descriptor: HeaderBytes): readonly string[] {
  const text = textOf(descriptor);
  const lines = text.split('\n').map((line) => line.trim());
  const extents = lines.filter((line) => EXTENT.test(line));
  return failures([
    [!TEXT.test(text), 'its descriptor is not text'],
    [!isAllowedType(text), 'its type is not monolithicSparse or streamOptimized'],
    [lines.some((line) => !EXTENT.test(line) && !HARMLESS.test(line)), 'its descriptor has unknown lines'],
    [extents.length === 0, 'its descriptor has no extent'],
    [extents.length > 1 || extents.some((line) => !OWN_EXTENT.test(line)), 'its descriptor names other files'],
    [hasParent(text, lines), 'it has a parent'],
  ]);
}

/**
 * Descriptors know no case, and end at the first zero. qemu-img writes a shorter id over a longer one and leaves the last
 * characters of the former text behind the end; what is longer than they can be stays part of the text, and is refused.
 */
function textOf(bytes: HeaderBytes): string {
  const text = bytes.text(0, bytes.length).toLowerCase();
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0) end -= 1; // a regular expression would take quadratic time on hostile padding
  const firstZero = text.indexOf('\0');
  const endsThere = firstZero !== -1 && end - firstZero - 1 <= LEFT_BEHIND_CHARACTERS;
  return text.slice(0, endsThere ? firstZero : end);
}

/** Readers look for the word anywhere, even in a comment: where it stands twice, they may disagree. */
function isAllowedType(text: string): boolean {
  const [, ...occurrences] = text.split('createtype');
  const type = /^="([^"\n]{1,63})"/.exec(occurrences[0] ?? '')?.[1] ?? '';
  return occurrences.length === 1 && ALLOWED_TYPES.has(type);
}

/** The hint is looked for anywhere, too. */
const hasParent = (text: string, lines: readonly string[]): boolean =>
  text.includes('parentfilenamehint') ||
  lines.some((line) => line.startsWith('parentcid') && !/^parentcid\s*=\s*"?ffffffff"?$/.test(line));
