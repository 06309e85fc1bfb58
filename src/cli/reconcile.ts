import type { Print } from './print.js';
import { printable } from './printable.js';
import { reconcile } from './reconcile/reconciliation.js';
import type { Reconciled, Reconciliation } from './reconcile/reconciliation.js';

/**
 * Prints every finding with what was done about it, and at the end how many there are.
 * @returns the number of findings that remain
 */
export async function printReconciliation(
  reconciled: Reconciled,
  fix: boolean,
  json: boolean,
  print: Print,
): Promise<number> {
  let findings = 0;
  let repaired = 0;
  for await (const reconciliation of reconcile(reconciled, fix)) {
    findings += 1;
    if (reconciliation.repair?.repaired === true) repaired += 1;
    print(json ? asJson(reconciliation) : asText(reconciliation));
  }
  print(json ? JSON.stringify({ findings, repaired }) : `${findings} findings, ${repaired} repaired`);
  return findings - repaired;
}

const asJson = ({ finding, repair }: Reconciliation): string => JSON.stringify({ ...finding, ...repair });

const asText = ({ finding: { check, subject, problem }, repair }: Reconciliation): string =>
  printable(`${check}: ${subject}: ${problem}${repair === null ? '' : `: ${outcomeOf(repair)}`}`);

const outcomeOf = ({ repaired, outcome }: NonNullable<Reconciliation['repair']>): string =>
  repaired ? `repaired, ${outcome}` : `not repaired, ${outcome}`;
