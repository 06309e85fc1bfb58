import type { Backend } from '../../backend/backend.js';
import { imageEvents } from '../../events/contracts/image-events.js';
import { EventCodec } from '../../events/event-codec.js';
import { CommandHandling } from '../../events/handle-command.js';
import { imageStream } from '../../modules/images/commands/image-command.handler.js';
import { LapsedClaims } from '../../modules/images/commands/lapsed-claims.js';
import { systemContext } from '../../modules/images/commands/system-context.js';
import { imageDecider } from '../../modules/images/domain/image.decider.js';
import type { Reconciled } from './reconciliation.js';

/** What a backend is reconciled with. */
export const reconciledBy = ({ eventStore, codec, clock, projections, stores, leases, cache }: Backend): Reconciled => {
  const commands = new CommandHandling(eventStore, EventCodec.of([imageEvents]), clock);
  return {
    eventStore,
    codec,
    stores,
    leases,
    cache,
    claims: new LapsedClaims(leases),
    removeLocation: async (imageId, url) => {
      const command = { type: 'RemoveLocation', imageId, url, now: clock.now().toISOString() } as const;
      const context = systemContext('reconcile');
      const { position } = await commands.handle(imageDecider, imageStream(imageId), command, context);
      await projections.catchUp(position);
    },
  };
};
