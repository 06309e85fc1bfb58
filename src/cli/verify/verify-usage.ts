import { usageDifferences } from '../../projections/images/project-usage-differences.js';
import type { Finding } from './finding.js';
import type { ImageLog } from './image-log.js';
import type { Verified } from './verified.js';

const MEANINGS = {
  images: 'its images',
  storedBytes: 'the bytes in stores',
  stagedBytes: 'the bytes in the staging area',
  uploading: 'its images that get data',
} as const;

/** Compares what projects are said to take, which their quotas are measured by, with what their images take. */
export async function* verifyUsage(
  log: ImageLog,
  { database, projections }: Pick<Verified, 'database' | 'projections'>,
): AsyncGenerator<Finding> {
  try {
    await projections.catchUp(log.lastPosition);
  } catch {
    return; // what stops the read models has been reported with those of images
  }
  const images = [...log.folds.values()].map(({ details }) => details);
  for await (const { owner, counter, stored, counted } of usageDifferences(database, images)) {
    const problem = `the usage of the project says ${stored} for ${MEANINGS[counter]}, a fresh count ${counted}`;
    yield { check: 'usage', subject: `project ${owner}`, problem };
  }
}
