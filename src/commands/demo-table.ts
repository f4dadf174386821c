/** A column of a table: its heading and how wide it is; the one without a width takes the rest. */
export interface Column {
  readonly heading: string;
  readonly width: number | null;
}

const GAP = '  ';
const WIDTH_MIN = 72;
const WIDTH_MAX = 120;
export const WIDTH_USUAL = 80;

/** As wide as the terminal, within what reads well. */
export function tableWidth(columns: number | undefined): number {
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, columns ?? WIDTH_USUAL));
}

/** Rows of cells that break between words; a line feed in a cell begins a new line. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0);
  const rest = width - fixed - GAP.length * (columns.length - 1);
  const widths = columns.map((column) => column.width ?? rest);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(GAP)
      .trimEnd();
  const body = rows.flatMap((row) => {
    const broken = row.map((cell, i) => wrap(cell, widths[i] ?? rest));
    const height = Math.max(...broken.map(({ length }) => length));
    return Array.from({ length: height }, (_, at) => line(broken.map((cell) => cell[at] ?? '')));
  });
  const rule = widths.map((one) => '-'.repeat(one)).join(GAP);
  return [line(columns.map(({ heading }) => heading)), rule, ...body].join('\n');
}

export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (longer.length <= width) line = longer;
      else {
        if (line !== '') lines.push(line);
        line = word;
      }
      while (line.length > width) {
        lines.push(line.slice(0, width));
        line = line.slice(width);
      }
    }
    return [...lines, line];
  });
}
