import { ConfigError } from '../config/config-error.js';
import { stopSignal } from '../roles/stop-signal.js';
import { auditedBy } from './audit/audited.js';
import { printAudit } from './audit/print-audit.js';
import { LocalCache } from './cache/local-cache.js';
import { manageCache } from './cache/manage-cache.js';
import type { ManagedCache } from './cache/managed-cache.js';
import { RemoteCache } from './cache/remote-cache.js';
import { printHistory } from './history.js';
import { metadefCommands } from './metadef-commands.js';
import { printToStandardOutput as print } from './print.js';
import type { ProgramActions } from './commands.js';
import { joined, printProjectionStatus, rebuildProjections } from './projections.js';
import { printReconciliation } from './reconcile.js';
import { reconciledBy } from './reconcile/reconciled-by.js';
import { EXIT } from './run-program.js';
import { followEvents, printEvents } from './tail-events.js';
import { printVerification } from './verify.js';
import { printDeadLetters, printWebhooks, retryDeadLetters } from './webhooks.js';
import { withBackend, withBackendAndCache, withEventStore } from './with-backend.js';

/** The commands that look at the data of a service, whether it runs or not. */
export const backendCommands: Omit<
  ProgramActions,
  | 'startRole'
  | 'startScrubber'
  | 'showAuditKeys'
  | 'rotateAuditKey'
  | 'listPolicy'
  | 'checkPolicy'
  | 'showConfig'
  | 'checkConfig'
> = {
  ...metadefCommands,

  history: (imageId, options) =>
    withBackend(options, async (backend) => {
      if (await printHistory(backend, imageId, options.json ?? false, print)) return EXIT.ok;
      console.error(`No image found with ID ${imageId}`);
      return EXIT.failure;
    }),

  tailEvents: (options) =>
    withBackend(options, async ({ eventStore }) => {
      const { after, json = false } = options;
      if (options.follow) await followEvents(eventStore, after, json, print, untilStopped());
      else await printEvents(eventStore, after, json, print);
      return EXIT.ok;
    }),

  showProjections: (options) =>
    withBackend(options, async ({ projections, indexing }) => {
      await printProjectionStatus(joined(projections, indexing), options.json ?? false, print);
      return EXIT.ok;
    }),

  rebuildProjections: (name, options) =>
    withBackend(options, async ({ projections, indexing }) => {
      await rebuildProjections(joined(projections, indexing), name, print);
      return EXIT.ok;
    }),

  verify: ({ audit = false, publicKey = null, checkpoints = null, json = false, ...options }) => {
    if (audit) {
      return withEventStore(options, async (eventStore, config) => {
        const audited = await auditedBy(eventStore, config, { publicKey, checkpoints });
        return (await printAudit(audited, json, print, (line) => console.error(line))) ? EXIT.ok : EXIT.failure;
      });
    }
    return withBackendAndCache(options, async (backend) =>
      (await printVerification(backend, json, print)) === 0 ? EXIT.ok : EXIT.failure,
    );
  },

  reconcile: ({ fix = false, json = false, ...options }) =>
    withBackendAndCache(options, async (backend) =>
      (await printReconciliation(reconciledBy(backend), fix, json, print)) === 0 ? EXIT.ok : EXIT.failure,
    ),

  listWebhooks: (options) =>
    withBackend(options, async (backend, config) => {
      await printWebhooks(backend, config, options.json ?? false, print);
      return EXIT.ok;
    }),

  listDeadLetters: (webhook, options) =>
    withBackend(options, async (backend) => {
      await printDeadLetters(backend, webhook, options.json ?? false, print);
      return EXIT.ok;
    }),

  retryDeadLetters: (name, eventId, options) =>
    withBackend(options, async (backend, config) => {
      const webhook = config.webhooks.find((each) => each.name === name);
      if (webhook === undefined) throw new ConfigError([`there is no group [webhook:${name}]`]);
      const left = await retryDeadLetters(backend, config, { webhook, eventId }, options.json ?? false, print);
      return left === 0 ? EXIT.ok : EXIT.failure;
    }),

  cache: async (action, { server, osToken = null, ...options }) => {
    const manage = async (cache: ManagedCache): Promise<number> =>
      (await manageCache(cache, action, print)) ? EXIT.ok : EXIT.failure;
    if (server !== undefined) return manage(new RemoteCache(server, osToken));
    return withBackendAndCache(options, (backend) => manage(new LocalCache(backend)));
  },
};

function untilStopped(): AbortSignal {
  const stopping = new AbortController();
  void stopSignal().then((signal) => stopping.abort(signal));
  return stopping.signal;
}
