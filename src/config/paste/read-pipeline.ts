import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UnresolvedReference } from '../assignments.js';
import type { Assignments } from '../assignments.js';
import { readConfigText } from '../conf-folder.js';
import { ConfigError } from '../config-error.js';
import { booleanType } from '../option-types.js';
import type { Assignment } from '../option-sources.js';
import { RANKS } from '../option-sources.js';
import { meaningOf } from './filters.js';
import type { FilterMeaning } from './filters.js';
import { NO_PIPELINE, pipelineOfFlavor } from './flavor.js';
import type { IdentityKind, Pipeline, PipelineFilter } from './flavor.js';
import { parsePasteFile } from './paste-file.js';
import { pipelineOf } from './pipeline.js';
import type { PipelinePart } from './pipeline.js';

/** A pipeline, what its filters set of the options of their groups, and what is to be said about it. */
export type ReadPipeline = Readonly<{
  pipeline: Pipeline;
  /** The Paste file; null: there is none. */
  file: string | null;
  assignments: readonly Assignment[];
  warnings: readonly string[];
}>;

/** Groups whose options a filter may set for itself. */
const GROUPS: Readonly<Partial<Record<FilterMeaning, string>>> = {
  authtoken: 'keystone_authtoken',
  cors: 'cors',
  healthcheck: 'healthcheck',
};

/** Settings of filters that are for Python's libraries alone. */
const FOREIGN = new Set([
  'oslo_config_project',
  'oslo_config_program',
  'oslo_config_file',
  'backends',
  'use',
  'delay_auth_decision',
]);

/**
 * The pipeline that `[paste_deploy]` chooses: of the Paste file that it names, else of the one beside the configuration files,
 * else what the flavor means without one.
 * @param files configuration files, later ones first asked
 * @throws ConfigError
 */
export function readPipeline(assignments: Assignments, files: readonly string[], program: string): ReadPipeline {
  const flavor = textOf(assignments, 'flavor');
  const path = pasteFileOf(textOf(assignments, 'config_file'), files);
  if (path === null) return { pipeline: ofFlavor(flavor), file: null, assignments: [], warnings: [] };
  const application = flavor === null ? program : `${program}-${flavor}`;
  const parts = pipelineOf(parsePasteFile(readConfigText(path), path), application);
  const identity = identityOf(parts, path);
  const names = parts.filter(({ kind }) => kind === 'filter').map(meaningOf);
  return {
    pipeline: {
      identity,
      filters: new Set(names.filter(isChoice)),
      refusesAnonymous: parts.some((part) => meaningOf(part) === 'authtoken' && !delaysDecision(part, assignments)),
    },
    file: path,
    assignments: parts.flatMap(settingsOf),
    warnings: parts.filter((part) => meaningOf(part) === 'unknown').map(unknownFilter),
  };
}

function textOf(assignments: Assignments, name: string): string | null {
  const found = assignments.find(['paste_deploy', name]);
  try {
    return (found && assignments.expand(found).trim()) || null;
  } catch (error) {
    if (error instanceof UnresolvedReference) return null; // whoever reads the option itself says so
    throw error;
  }
}

function pasteFileOf(named: string | null, files: readonly string[]): string | null {
  if (named !== null) return resolve(named);
  const beside = files.map((file) => join(dirname(file), `${basename(file, '.conf')}-paste.ini`));
  return beside.findLast((path) => existsSync(path)) ?? null;
}

function ofFlavor(flavor: string | null): Pipeline {
  if (flavor === null) return NO_PIPELINE;
  const known = pipelineOfFlavor(flavor);
  if (known !== null) return known;
  throw new ConfigError([
    `[paste_deploy] flavor = "${flavor}": there is no Paste file that has it, and without one it must be made of keystone, ` +
      'trusted-auth, fakeauth or none, caching, cachemanagement, joined by +',
  ]);
}

/** @throws ConfigError when the pipeline leaves to a filter that is not known here who is calling */
function identityOf(parts: readonly PipelinePart[], path: string): IdentityKind | null {
  const meanings = parts.map(meaningOf);
  if (meanings.includes('authtoken')) return 'keystone';
  if (meanings.includes('fakeauth')) return 'fakeauth';
  if (meanings.includes('unauthenticated-context')) return 'none';
  if (!meanings.includes('context')) return null;
  const stranger = parts.find((part) => meaningOf(part) === 'unknown');
  if (stranger === undefined) return 'trusted-auth';
  throw new ConfigError([
    `${path}: the filter ${stranger.name} (${stranger.factory}) is not known here; if it finds out who is calling, nobody ` +
      'would do so: set [hindsight] identity, and take the filter out of the pipeline',
  ]);
}

const CHOICES: ReadonlySet<string> = new Set<PipelineFilter>(['cache', 'cachemanage', 'gzip', 'cors', 'proxy-headers']);

const isChoice = (meaning: FilterMeaning): meaning is PipelineFilter => CHOICES.has(meaning);

/** Whether the filter lets requests pass that have no valid token. Its own setting comes before that of its group. */
function delaysDecision({ settings }: PipelinePart, assignments: Assignments): boolean {
  const name = 'delay_auth_decision';
  const text = settings.get(name)?.value ?? assignments.find(['keystone_authtoken', name])?.text ?? '';
  return booleanType.parse(text.trim()) ?? false;
}

function settingsOf(part: PipelinePart): readonly Assignment[] {
  const group = GROUPS[meaningOf(part)];
  if (group === undefined) return [];
  return [...part.settings]
    .filter(([name]) => !FOREIGN.has(name) && !name.startsWith('paste.'))
    .map(([name, { value, origin }]) => ({ group, name, text: value, origin, rank: RANKS.paste }));
}

const unknownFilter = ({ name, factory }: PipelinePart): string =>
  `The filter ${name} (${factory}) of the Paste pipeline is not known and is left out`;
