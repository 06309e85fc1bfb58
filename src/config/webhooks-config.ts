import { imageEvents } from '../events/contracts/image-events.js';
import { metadefEvents } from '../events/contracts/metadef-events.js';
import { taskEvents } from '../events/contracts/task-events.js';
import type { WebhookConfig } from './app-config.js';
import type { OptionReader } from './option-reader.js';
import { readPemFile } from './pem-file.js';
import { webhookOptions } from './webhook-options.js';

/** What the API tells of. */
const TOLD = { ...imageEvents, ...taskEvents, ...metadefEvents };

/** Groups that describe a webhook begin so. */
const PREFIX = 'webhook:';

/** The webhooks there are, one for each group `[webhook:name]`. */
export const readWebhooks = (reader: OptionReader): readonly WebhookConfig[] =>
  reader
    .groups()
    .filter((group) => group.startsWith(PREFIX))
    .map((group) => readWebhook(reader, group));

function readWebhook(reader: OptionReader, group: string): WebhookConfig {
  const groups = [group];
  const name = group.slice(PREFIX.length);
  if (!/^[\w.]+$/.test(name))
    reader.refuse(webhookOptions.url, 'has no usable name in its group: must be letters, digits, _ and .', group);
  for (const option of [webhookOptions.url, webhookOptions.secret])
    if (!reader.isSetIn(groups, option)) reader.refuse(option, 'is not set: each webhook needs it', group);
  return {
    name,
    url: reader.readFrom(groups, webhookOptions.url),
    keys: reader.readFrom(groups, webhookOptions.secret),
    eventTypes: readEventTypes(reader, groups),
    projects: reader.readFrom(groups, webhookOptions.projects),
    timeoutS: reader.readFrom(groups, webhookOptions.timeout),
    attempts: reader.readFrom(groups, webhookOptions.attempts),
    longestPauseS: reader.readFrom(groups, webhookOptions.longestPause),
    caFile: readPemFile(reader, webhookOptions.caFile, 'certificate', groups),
  };
}

function readEventTypes(reader: OptionReader, groups: readonly string[]): readonly string[] {
  const types = reader.readFrom(groups, webhookOptions.eventTypes);
  for (const type of types)
    if (!Object.hasOwn(TOLD, type))
      reader.refuse(webhookOptions.eventTypes, `names "${type}": there is no such type of event`, groups[0]);
  return types;
}
