import { badRequest } from '../../../http/http-problem.js';
import { isStorable } from '../../../kernel/storable-text.js';

/** Largest value of min_disk and min_ram: a signed 32-bit integer, as every client's database column has it. */
const MAX_REQUIREMENT = 2_147_483_647;

/**
 * Refuses text that databases behind an image service cannot keep. Clients rely on the refusal of 4-byte characters.
 * @throws HttpProblem 400
 */
export function mustBeStorable(what: string, text: string): void {
  if (!isStorable(text))
    throw badRequest(`Characters outside of the Basic Multilingual Plane are not allowed in ${what}`);
}

/** @throws HttpProblem 400 */
export function mustBeRequirement(name: string, value: number): void {
  if (value < 0 || value > MAX_REQUIREMENT) {
    throw badRequest(
      `Invalid value '${String(value)}' for parameter '${name}': it must be between 0 and ${String(MAX_REQUIREMENT)}`,
    );
  }
}
