import { limitsTable, mainTable, sharesTable } from './cells.mjs';

export function printTable(report) {
  for (const table of [mainTable(report), limitsTable(report), sharesTable(report)]) {
    if (table.length > 1) console.log(`\n${aligned(table)}`);
  }
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ');
  return [line(rows[0]), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.slice(1).map(line)].join('\n');
}

const isText = (column) => column < 2;
