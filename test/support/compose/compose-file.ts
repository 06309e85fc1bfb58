import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';
type NamedFile = Readonly<{ source: string; target: string }>;

/** A service of a compose file, as far as ours say something about it. */
export type ComposeService = Readonly<{
  image?: string;
  build?: string;
  container_name?: string;
  hostname?: string;
  user?: string;
  entrypoint?: readonly string[];
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  ports?: readonly string[];
  volumes?: readonly string[];
  configs?: readonly NamedFile[];
  networks?: readonly string[];
  network_mode?: string;
  deploy?: Readonly<{ replicas?: number }>;
  depends_on?: Readonly<Record<string, Readonly<{ condition: Condition }>>>;
  healthcheck?: Readonly<{ test?: readonly [kind: 'CMD' | 'CMD-SHELL', ...words: string[]]; disable?: boolean }>;
  restart?: string;
  stop_signal?: NodeJS.Signals;
  stop_grace_period?: string;
  read_only?: boolean;
  tmpfs?: readonly string[];
  cap_drop?: readonly string[];
  security_opt?: readonly string[];
  init?: boolean;
}>;

export type ComposeFile = Readonly<{
  name: string;
  services: Readonly<Record<string, ComposeService>>;
  volumes: Readonly<Record<string, unknown>>;
  configs?: Readonly<Record<string, Readonly<{ file: string }>>>;
  networks?: Readonly<Record<string, Readonly<{ internal?: boolean }> | null>>;
}>;

/** Reads a compose file as `docker compose` does: with its merged parts, and variables from an environment. */
export const readComposeFile = (path: string, environment: Readonly<Record<string, string>> = {}): ComposeFile =>
  interpolated(parse(readFileSync(path, 'utf8'), { merge: true }), environment) as ComposeFile;

function interpolated(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolatedText(value, environment);
  if (Array.isArray(value)) return value.map((each) => interpolated(each, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, interpolated(each, environment)]));
}

/** `${NAME:-default}` and `$$`; any other dollar sign would be a mistake. */
const interpolatedText = (text: string, environment: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$(?:\$|\{(\w+):-([^}]*)\})?/g, (found, name?: string, otherwise?: string) => {
    if (found === '$$') return '$';
    if (name === undefined) throw new Error(`"${text}" has a $ that stands for nothing`);
    return environment[name] ?? otherwise ?? '';
  });
