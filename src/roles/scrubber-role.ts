import { AppModule } from '../app.module.js';
import type { AppParts } from '../app.module.js';
import type { ScrubberOptions } from '../cli/commands.js';
import { EXIT } from '../cli/run-program.js';
import { DomainError } from '../kernel/domain-error.js';
import { ImageCommandHandler } from '../modules/images/commands/image-command.handler.js';
import { systemContext } from '../modules/images/commands/system-context.js';
import { withAppParts } from './app-parts.js';
import { loadConfigFor } from '../cli/global-options.js';
import { openContext } from './generation.js';
import { RunningRole } from './running-role.js';
import { runUntilStopped } from './run-until-stopped.js';
import { stopSignal } from './stop-signal.js';
import { DAEMON_LEASE } from '../workers/housekeeping/daemon-lease.js';
import { Housekeeping } from '../workers/housekeeping/housekeeping.js';
import { WORKER_LOG } from '../workers/worker-log.js';
import type { WorkerLog } from '../workers/worker-log.js';

/**
 * Keeps house: one sweep, or as a daemon until the process is told to stop; or gives back one deleted image.
 * @returns the exit code. What could not be removed is logged and left for the next time: that is no failure
 */
export const startScrubber = (options: ScrubberOptions): Promise<number> =>
  isDaemon(options) && options.restore === undefined
    ? runUntilStopped(() => RunningRole.start('scrubber', options))
    : withAppParts('scrubber', options, async (parts) =>
        options.restore === undefined ? sweepOnce(parts) : restore(options.restore, parts),
      );

const isDaemon = (options: ScrubberOptions): boolean =>
  loadConfigFor(options, process.env, 'scrubber').config.deletion.daemon;

async function sweepOnce(parts: AppParts): Promise<number> {
  const app = await openContext(AppModule.forRole('scrubber', parts), parts);
  const stopping = new AbortController();
  void stopSignal().then((signal) => stopping.abort(signal));
  try {
    app.get<WorkerLog>(WORKER_LOG).swept(await app.get(Housekeeping).run(stopping.signal));
    return EXIT.ok;
  } finally {
    await app.close();
  }
}

async function restore(imageId: string, parts: AppParts): Promise<number> {
  const { config, backend, logger } = parts;
  if (config.deletion.daemon) return refuse('a daemon restores no images: leave out either of the two', EXIT.usage);
  if (await backend.leases.isHeld(DAEMON_LEASE)) return refuse('a scrubber is running as a daemon: stop it first');
  const app = await openContext(AppModule.forRole('scrubber', parts), parts);
  try {
    await app.get(ImageCommandHandler).handle({ type: 'RestoreImage', imageId }, systemContext('scrubber'));
    logger.info({ image: imageId }, 'image restored');
    return EXIT.ok;
  } catch (error) {
    if (error instanceof DomainError) return refuse(error.message);
    throw error;
  } finally {
    await app.close();
  }
}

function refuse(reason: string, exitCode: number = EXIT.failure): number {
  console.error(`ERROR: ${reason}`);
  return exitCode;
}
