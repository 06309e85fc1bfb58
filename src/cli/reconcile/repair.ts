import type { LapsedClaims } from '../../modules/images/commands/lapsed-claims.js';
import { uploadLease } from '../../modules/images/commands/upload-claim.js';
import type { ImageStore, StoredObject } from '../../stores/image-store.js';
import { isAccountedFor } from '../verify/accounted-bytes.js';
import { problemOf } from '../verify/finding.js';
import type { ImageLog } from '../verify/image-log.js';
import { locationProblem, locationsWithBytes } from '../verify/location-problem.js';
import type { StoreProblem } from '../verify/store-problems.js';
import type { Verified } from '../verify/verified.js';

type Problem<Kind extends StoreProblem['kind']> = Extract<StoreProblem, { kind: Kind }>;

/** What was done about a problem, or why nothing could be done. */
export type Repair = Readonly<{ repaired: boolean; outcome: string }>;

/** What repairs are made with. */
export type RepairTools = Pick<Verified, 'stores' | 'leases' | 'eventStore' | 'cache'> &
  Readonly<{
    claims: Pick<LapsedClaims, 'takeOver'>;
    removeLocation(imageId: string, url: string): Promise<unknown>;
  }>;

const repaired = (outcome: string): Repair => ({ repaired: true, outcome });
const notRepaired = (outcome: string): Repair => ({ repaired: false, outcome });

/** Does what can be done without losing anything that somebody could still want. */
export class Repairs {
  constructor(
    private readonly log: ImageLog,
    private readonly tools: RepairTools,
  ) {}

  async of(problem: StoreProblem): Promise<Repair> {
    try {
      switch (problem.kind) {
        case 'location':
          return await this.ofLocation(problem);
        case 'bytes':
          return await this.ofBytes(problem);
        case 'store':
          return notRepaired('the store has to answer first');
        case 'copy':
          await this.tools.cache?.evict(problem.imageId);
          return repaired('it was removed');
      }
    } catch (error) {
      return notRepaired(problemOf(error));
    }
  }

  private async ofLocation({ imageId, location, isLost }: Problem<'location'>): Promise<Repair> {
    if (!isLost) return notRepaired('the data may be there, it cannot be looked for');
    const { state } = await this.log.foldAgain(imageId);
    const others = locationsWithBytes(state).filter(({ url }) => url !== location.url);
    const problems = await Promise.all(
      others.map((other) => locationProblem(other, state.sizeBytes, this.tools.stores)),
    );
    if (!problems.includes(null)) return notRepaired('no other location has the data');
    await this.tools.removeLocation(imageId, location.url);
    // What may stand there, of a wrong size, belongs to nobody from now on.
    this.log.folds.set(imageId, await this.log.foldAgain(imageId));
    return repaired('the location was removed, another one has the data');
  }

  /** Whoever could still bring these bytes to their image is kept from it while they go away. */
  private async ofBytes({ object, store }: Problem<'bytes'>): Promise<Repair> {
    const { state } = await this.log.foldAgain(object.imageId);
    const claimId = object.kind === 'unfinished' ? object.uploadId : (state.uploadId ?? object.imageId);
    let repair = notRepaired('somebody works on them by now');
    await this.tools.claims.takeOver(claimId, async () => {
      repair = await this.removeUnwanted(object, store.driver, uploadLease(claimId));
      return true;
    });
    return repair;
  }

  private async removeUnwanted(object: StoredObject, driver: ImageStore, ownLease: string): Promise<Repair> {
    const { eventStore, leases } = this.tools;
    const isHeld = async (name: string): Promise<boolean> => name !== ownLease && leases.isHeld(name);
    const { state, broken } = await this.log.foldAgain(object.imageId);
    if (broken) return notRepaired('the events of the image cannot be read, it may have them');
    if (await isAccountedFor(object, state, { eventStore, leases: { isHeld } }))
      return notRepaired('they are needed by now');
    if (object.kind === 'image') await driver.delete(object.url);
    // The driver may not know whose the readable bytes are: it must find the unfinished ones still there.
    else if (await isListed(object, driver)) await driver.discardUnfinished(object.imageId, object.uploadId);
    return repaired('they were removed');
  }
}

async function isListed(
  { imageId, uploadId }: Extract<StoredObject, { kind: 'unfinished' }>,
  driver: ImageStore,
): Promise<boolean> {
  for await (const object of driver.inventory()) {
    if (object.kind === 'unfinished' && object.imageId === imageId && object.uploadId === uploadId) return true;
  }
  return false;
}
