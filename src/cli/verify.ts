import type { Print } from './print.js';
import { printable } from './printable.js';
import { verify } from './verify/verification.js';
import type { Verified } from './verify/verified.js';

/**
 * Prints every finding, and at the end how much was looked at.
 * @returns the number of findings
 */
export async function printVerification(verified: Verified, json: boolean, print: Print): Promise<number> {
  const verification = verify(verified);
  let findings = 0;
  for (let next = await verification.next(); ; next = await verification.next()) {
    if (next.done) {
      const { events, images, waiting } = next.value;
      if (json) print(JSON.stringify({ events, images, findings, waiting_for_scrubbing: waiting }));
      else print(`${events} events of ${images} images, ${findings} findings${waitingText(waiting)}`);
      return findings;
    }
    const { check, subject, problem } = next.value;
    findings += 1;
    print(json ? JSON.stringify(next.value) : printable(`${check}: ${subject}: ${problem}`));
  }
}

const waitingText = (waiting: number): string =>
  waiting === 0 ? '' : `, deleted images that wait for the scrubber: ${waiting}`;
