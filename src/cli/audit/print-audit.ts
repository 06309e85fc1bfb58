import type { Print } from '../print.js';
import { printable } from '../printable.js';
import { verifyAudit } from './audit-verification.js';
import type { Audited, AuditProgress, AuditReport } from './audit-verification.js';
import type { Misfit } from './misfit.js';

/** Between two lines of progress. */
const PROGRESS_INTERVAL_MS = 1000;

/**
 * Verifies the log by its checkpoints and prints the first event that does not fit, and how much was looked at.
 * @param printProgress where lines of progress go: out of the way of results
 * @returns whether all fits
 */
export async function printAudit(
  audited: Audited,
  json: boolean,
  print: Print,
  printProgress: Print,
): Promise<boolean> {
  const report = await verifyAudit(audited, progressPrinter(printProgress));
  const { misfit, ...summary } = report;
  if (misfit !== null) print(json ? JSON.stringify({ ...misfit.place, problem: misfit.problem }) : misfitText(misfit));
  print(json ? JSON.stringify(jsonSummary(summary, misfit)) : summaryText(summary));
  return misfit === null;
}

function progressPrinter(print: Print): (progress: AuditProgress) => void {
  const begin = performance.now();
  let printedAt = begin;
  return ({ events, position, end }) => {
    const now = performance.now();
    if (now - printedAt < PROGRESS_INTERVAL_MS) return;
    printedAt = now;
    print(`at ${position} of ${end}, ${Math.round(events / ((now - begin) / 1000))} events/s`);
  };
}

const misfitText = ({ place, problem }: Misfit): string =>
  printable(
    'file' in place
      ? `audit: ${place.file}, line ${place.line}: ${problem}`
      : `audit: ${place.stream}#${place.revision} at position ${place.position}: ${problem}`,
  );

type Summary = Omit<AuditReport, 'misfit'>;

function summaryText({ events, checkpoints, filed, vouchedFor, signedAt }: Summary): string {
  const beside = filed === null ? '' : `, ${filed} in the file`;
  const signed = signedAt === null ? '' : ` at ${signedAt}`;
  return (
    `${events} events, ${checkpoints} checkpoints in the log${beside}: ${vouchedFor} events are as they were signed${signed}, ` +
    `${events - vouchedFor} are not covered`
  );
}

const jsonSummary = ({ events, checkpoints, filed, vouchedFor, signedAt }: Summary, misfit: Misfit | null): object => ({
  events,
  checkpoints,
  ...(filed !== null && { filed_checkpoints: filed }),
  vouched_for: vouchedFor,
  not_covered: events - vouchedFor,
  signed_at: signedAt,
  findings: misfit === null ? 0 : 1,
});
