import type { Option } from './option.js';
import { allOptions } from './options.js';

const INTRODUCTION = `# Configuration

Generated from src/config/options.ts by \`node dist/cli/docs-configuration.js\`.

Without any file the embedded defaults apply. Each source beats those before it:

1. the defaults below;
2. INI files, in the order of \`--config-file F\` and \`--config-dir D\` on the command line (both repeatable); of a folder, its
   \`*.conf\` by name;
3. environment variables \`OS_<GROUP>__<OPTION>\`, e.g. \`OS_DEFAULT__BIND_PORT=9393\`, \`OS_HINDSIGHT__IDENTITY=keystone\`;
4. \`--data-dir\`, \`--bind-host\`, \`--bind-port\` on the command line.

Groups and names are those of Glance, so an existing \`glance-api.conf\` can be used; what Glance does not have stands in
\`[hindsight]\`. An option that this version does not know is named in the log and has no effect. A wrong value stops the
start (exit code 2) with the option's name, its group and what is allowed, all wrong options at once.

The files are written as for oslo.config: \`name = value\` or \`name: value\` below a \`[group]\`, comments with \`#\` or \`;\`,
indented continuation lines, one pair of quotes around a value. \`$name\` and \`\${group.name}\` insert another option's value
(first of the same group, then of \`[DEFAULT]\`); \`$$\` is a dollar sign.

Image data goes to the stores of \`enabled_backends\`: each id names a group with the store's own options, and
\`[backend_defaults]\` sets them for all. Without
\`enabled_backends\`, any of \`stores\`, \`default_store\` and the folders in \`[glance_store]\` makes a single store, whose id clients do
not see. Otherwise there is one store \`local\` in \`images\` below the data folder.
`;

/** docs/configuration.md. */
export function configurationPage(): string {
  const groups = [...new Set(allOptions.map(({ group }) => group))];
  return [INTRODUCTION, ...groups.map(groupSection)].join('\n');
}

function groupSection(group: string): string {
  const rows = allOptions.filter((option) => option.group === group).map(optionRow);
  return [
    `## \`[${group}]\`\n`,
    '| option | allowed | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function optionRow(option: Option<unknown>): string {
  const older = (option.formerly ?? []).map(([group, name]) => `\`[${group}] ${name}\``);
  const meaning = older.length > 0 ? `${option.description} Also ${older.join(', ')}.` : option.description;
  const unit = option.unit ? ` (${option.unit})` : '';
  return `| \`${option.name}\` | ${option.type.allowed}${unit} | ${defaultOf(option)} | ${meaning} |`;
}

function defaultOf(option: Option<unknown>): string {
  if (option.defaultText) return option.defaultText;
  const text = JSON.stringify(option.default).replace(/["[\]]/g, '');
  return text === '' || text === 'null' ? 'none' : `\`${text}\``;
}
