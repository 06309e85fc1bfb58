import { fileURLToPath } from 'node:url';
import type { Backend } from '../backend/backend.js';
import { metadefNamespaceEvents, metadefResourceTypeEvents } from '../events/contracts/metadef-events.js';
import { EventCodec } from '../events/event-codec.js';
import { CommandHandling } from '../events/handle-command.js';
import { NamespaceCommandHandler } from '../modules/metadefs/commands/namespace-command.handler.js';
import { NamespaceLoader } from '../modules/metadefs/commands/namespace-loader.js';
import { ResourceTypeHandler } from '../modules/metadefs/commands/resource-type.handler.js';
import { exportNamespaces, loadNamespaces } from './metadef-files.js';
import { printNamespaceHistory } from './namespace-history.js';
import { printToStandardOutput as print } from './print.js';
import type { ProgramActions } from './commands.js';
import { EXIT } from './run-program.js';
import { withBackend } from './with-backend.js';

/** The definitions that come with the program. */
const OWN_DEFINITIONS = fileURLToPath(new URL('../../etc/metadefs', import.meta.url));

/** What operators do with metadata definitions. */
export const metadefCommands: Pick<
  ProgramActions,
  'loadMetadefs' | 'unloadMetadefs' | 'exportMetadefs' | 'metadefHistory'
> = {
  loadMetadefs: ({ path, mode, ...options }) =>
    withBackend(options, async (backend, { metadataSourcePath }) => {
      const source = path ?? metadataSourcePath ?? OWN_DEFINITIONS;
      return (await loadNamespaces(loaderOf(backend), source, mode, print)) ? EXIT.ok : EXIT.failure;
    }),

  unloadMetadefs: (options) =>
    withBackend(options, async (backend) => {
      print(`${await loaderOf(backend).unload()} namespaces unloaded`);
      return EXIT.ok;
    }),

  exportMetadefs: ({ path, ...options }) =>
    withBackend(options, async ({ metadefs }, { metadataSourcePath }) => {
      await exportNamespaces(metadefs, path ?? metadataSourcePath ?? '.', print);
      return EXIT.ok;
    }),

  metadefHistory: (namespace, options) =>
    withBackend(options, async (backend) => {
      if (await printNamespaceHistory(backend, namespace, options.json ?? false, print)) return EXIT.ok;
      console.error(`No metadata definition namespace found with the name ${namespace}`);
      return EXIT.failure;
    }),
};

const loaderOf = ({ eventStore, clock, projections, metadefs }: Backend): NamespaceLoader => {
  const namespaces = new CommandHandling(eventStore, EventCodec.of([metadefNamespaceEvents]), clock);
  const types = new CommandHandling(eventStore, EventCodec.of([metadefResourceTypeEvents]), clock);
  return new NamespaceLoader(
    new NamespaceCommandHandler(namespaces, projections, clock),
    new ResourceTypeHandler(types, projections, clock),
    metadefs,
  );
};
