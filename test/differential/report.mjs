const WIDTHS = [10, 96, 56, 44, 44];
const HEADINGS = ['scenario', 'request', 'what', 'A', 'B'];

const cut = (text, width) => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));
const line = (cells) =>
  cells
    .map((cell, column) => cut(cell, WIDTHS[column]))
    .join('  ')
    .trimEnd();

/** Prints what differs without a reason in full, the rest by its reason, routes that a whole run should have, and the totals. */
export function printReport({ requests, routes, found, isVerbose, isWhole }) {
  const unexplained = found.filter(({ reason }) => reason === undefined);
  const known = Map.groupBy(
    found.filter(({ reason }) => reason !== undefined),
    ({ reason }) => reason,
  );
  if (unexplained.length > 0) printTable(unexplained);
  if (known.size > 0) console.log('\nKnown differences:');
  for (const [reason, those] of known) {
    console.log(`${String(those.length).padStart(5)}  ${reason}`);
    if (isVerbose) printTable(those);
  }
  if (isWhole && routes.missing.length > 0) console.log(`\nNot compared: ${routes.missing.join(', ')}`);
  const knownCount = found.length - unexplained.length;
  const compared = `${requests} requests to ${routes.total - routes.missing.length} of ${routes.total} routes`;
  console.log(`\n${compared}: ${unexplained.length} unexplained differences, ${knownCount} known ones`);
}

function printTable(rows) {
  console.log(`\n${line(HEADINGS)}\n${line(WIDTHS.map((width) => '-'.repeat(width)))}`);
  for (const { scenario, request, part, a, b } of rows) console.log(line([scenario, request, part, a, b]));
}
