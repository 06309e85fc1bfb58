import { ConfigError } from './config-error.js';

/** One assignment of an INI file. Repeated options give repeated entries, in file order. */
type IniEntry = Readonly<{ group: string; name: string; value: string; line: number }>;

type OpenEntry = { group: string; name: string; lines: string[]; line: number };

/**
 * Parses the dialect of oslo.config: `[group]`, `name = value` or `name: value`, whole-line comments with `#` or `;`,
 * indented continuation lines (joined by a line feed, ended by a blank line), one pair of quotes around a value.
 * @throws ConfigError with file and line of everything that is malformed
 */
export function parseIniFile(text: string, file: string): readonly IniEntry[] {
  const parser = new IniParser();
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((line, index) => parser.feed(line.trimEnd(), index + 1));
  return parser.finish(file);
}

class IniParser {
  private readonly entries: IniEntry[] = [];
  private readonly problems: [line: number, problem: string][] = [];
  private group: string | null = null;
  private open: OpenEntry | null = null;

  feed(line: string, number: number): void {
    if (/^[ \t]/.test(line)) this.continueEntry(line.trimStart(), number);
    else {
      this.closeEntry();
      if (line.startsWith('[')) this.startGroup(line, number);
      else if (!/^$|^[#;]/.test(line)) this.startEntry(line, number);
    }
  }

  finish(file: string): readonly IniEntry[] {
    this.closeEntry();
    if (this.problems.length > 0) {
      throw new ConfigError(this.problems.map(([line, problem]) => `${file}:${line}: ${problem}`));
    }
    return this.entries;
  }

  private startGroup(line: string, number: number): void {
    const name = /^\[(.*)\]$/.exec(line)?.[1]?.trim();
    if (name === undefined) this.problems.push([number, 'a group must end in "]"']);
    else if (name === '') this.problems.push([number, 'a group needs a name between "[" and "]"']);
    else this.group = name;
  }

  private startEntry(line: string, number: number): void {
    const separator = line.search(/[=:]/);
    const name = line.slice(0, Math.max(separator, 0)).trim();
    if (separator < 0) this.problems.push([number, 'expected "name = value", "[group]" or a comment']);
    else if (name === '') this.problems.push([number, 'there is no option name before the value']);
    else if (this.group === null) this.problems.push([number, `the option ${name} stands before the first "[group]"`]);
    else this.open = { group: this.group, name, lines: [unquote(line.slice(separator + 1).trim())], line: number };
  }

  private continueEntry(line: string, number: number): void {
    if (this.open) this.open.lines.push(line);
    // An indented comment or one after a blank line continues nothing and is harmless.
    else if (!/^[#;]/.test(line)) this.problems.push([number, 'an indented line must follow the option it continues']);
  }

  private closeEntry(): void {
    if (!this.open) return;
    const { lines, ...entry } = this.open;
    this.entries.push({ ...entry, value: lines.join('\n').trim() });
    this.open = null;
  }
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(value);
  return quoted?.[2] ?? value;
}
