import { dirname } from 'node:path';
import { ConfigError } from '../config-error.js';
import { parseIniFile } from '../ini-file.js';

/** One setting of a section, and where it stands: `glance-api-paste.ini:12`. */
export type PasteSetting = Readonly<{ value: string; origin: string }>;

/** The sections of a Paste file, by what stands between the brackets, e.g. `pipeline:glance-api-keystone`. */
export type PasteFile = Readonly<{ path: string; sections: ReadonlyMap<string, ReadonlyMap<string, PasteSetting>> }>;

/** Longest chain of `%(name)s` in values of `[DEFAULT]`. */
const DEEPEST = 10;

/**
 * Parses the file in which Glance's deployments describe their pipelines. `%(name)s` stands for a value of the same section
 * or of `[DEFAULT]`, `%(here)s` for the folder of the file, `%(__file__)s` for its path, `%%` for a percent sign.
 * @throws ConfigError
 */
export function parsePasteFile(text: string, path: string): PasteFile {
  const raw = new Map<string, Map<string, PasteSetting>>();
  for (const { group, name, value, line } of parseIniFile(text, path)) {
    const section = raw.get(group) ?? new Map<string, PasteSetting>();
    raw.set(group, section.set(name, { value, origin: `${path}:${line}` }));
  }
  const builtIn = { here: dirname(path), __file__: path };
  const defaults = raw.get('DEFAULT') ?? new Map<string, PasteSetting>();
  const sections = [...raw].map(([name, settings]) => {
    const valueOf = (variable: string): string | undefined =>
      settings.get(variable)?.value ??
      defaults.get(variable)?.value ??
      Object.entries(builtIn).find(([known]) => known === variable)?.[1];
    const expanded = [...settings].map(
      ([key, { value, origin }]) => [key, { value: interpolate(value, origin, valueOf), origin }] as const,
    );
    return [name, new Map(expanded)] as const;
  });
  return { path, sections: new Map(sections) };
}

function interpolate(
  value: string,
  origin: string,
  valueOf: (variable: string) => string | undefined,
  depth = 0,
): string {
  if (depth > DEEPEST) throw new ConfigError([`${origin}: %(...)s refers to itself`]);
  return value.replace(/%%|%\(([^)]*)\)s/g, (match, variable: string | undefined) => {
    if (variable === undefined) return '%';
    const found = valueOf(variable);
    if (found === undefined)
      throw new ConfigError([`${origin}: ${match} names no setting; a percent sign itself is written %%`]);
    return interpolate(found, origin, valueOf, depth + 1);
  });
}
