import { penMm, textWidthMm } from '../core/image/lettering.js';
import { INKS, RIM_MM, type Ink, type Mark, type Page, type TextMark } from '../core/image/page.js';

/**
 * Coordinates are whole fortieths of a millimetre: 2.5 microvolts or 1 ms on the usual paper, finer
 * than a printer's dots, and short to write.
 */
export const UNITS_PER_MM = 40;

/** A page as SVG at its true size. Text stays text: it can be searched, copied and read aloud. */
export function toSvg(page: Page): string {
  const width = units(page.widthMm);
  const height = units(page.heightMm);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${page.widthMm}mm" height="${page.heightMm}mm"`,
    ` viewBox="0 0 ${width} ${height}" role="img" font-family="Helvetica, Arial, sans-serif"`,
    ` fill="none" stroke-linecap="round" stroke-linejoin="round">`,
    `<title>${escapeXml(page.title)}</title>`,
    ...groups(page.marks).map(groupSvg),
    '</svg>\n',
  ].join('');
}

function units(mm: number): number {
  return Math.round(mm * UNITS_PER_MM);
}

function colour(ink: Ink): string {
  return `#${INKS[ink].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Neighbours drawn with one pen share one path. */
function groups(marks: readonly Mark[]): readonly (readonly Mark[])[] {
  const found: Mark[][] = [];
  for (const mark of marks) {
    const group = found[found.length - 1];
    if (group && penOf(mark) !== null && penOf(mark) === penOf(group[0])) group.push(mark);
    else found.push([mark]);
  }
  return found;
}

function penOf(mark: Mark | undefined): string | null {
  if (mark?.kind !== 'line' && mark?.kind !== 'polyline') return null;
  return `${mark.ink} ${mark.widthMm}`;
}

function groupSvg(group: readonly Mark[]): string {
  const [first] = group;
  if (!first) return '';
  if (first.kind === 'text') return textSvg(first);
  if (first.kind === 'rect') {
    const place = `x="${units(first.x)}" y="${units(first.y)}"`;
    const size = `width="${units(first.width)}" height="${units(first.height)}"`;
    return `<rect ${place} ${size} fill="${colour(first.ink)}"/>`;
  }
  const path = group.map(pathOf).join('');
  return `<path stroke="${colour(first.ink)}" stroke-width="${units(first.widthMm)}" d="${path}"/>`;
}

function pathOf(mark: Mark): string {
  if (mark.kind === 'line') {
    const [x1, y1] = [units(mark.x1), units(mark.y1)];
    const [x2, y2] = [units(mark.x2), units(mark.y2)];
    if (x1 === x2) return `M${x1} ${y1}V${y2}`;
    return y1 === y2 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}L${x2} ${y2}`;
  }
  return mark.kind === 'polyline' ? polylinePath(mark.points) : '';
}

/** Steps from point to point; a minus sign needs no space before it. */
function polylinePath(points: readonly number[]): string {
  let x = units(points[0] as number);
  let y = units(points[1] as number);
  // A point alone becomes a dot only as a line of no length.
  let path = `M${x} ${y}${points.length === 2 ? 'h0' : 'l'}`;
  for (let i = 2; i < points.length; i += 2) {
    const nextX = units(points[i] as number);
    const nextY = units(points[i + 1] as number);
    const dx = nextX - x;
    const dy = nextY - y;
    path += `${i > 2 && dx >= 0 ? ' ' : ''}${dx}${dy >= 0 ? ' ' : ''}${dy}`;
    x = nextX;
    y = nextY;
  }
  return path;
}

/** The length holds whatever font the reader has, so that nothing runs into its neighbour. */
function textSvg(mark: TextMark): string {
  const { x, y, sizeMm, bold, rim, anchor, ink, text } = mark;
  if (text === '') return '';
  const attributes = [
    `x="${units(x)}" y="${units(y)}" font-size="${units(sizeMm)}" fill="${colour(ink)}"`,
    `textLength="${units(textWidthMm(text, mark))}" lengthAdjust="spacingAndGlyphs"`,
    anchor === 'end' ? 'text-anchor="end"' : '',
    bold ? 'font-weight="bold"' : '',
    rim ? rimOf(mark) : '',
  ].filter((part) => part !== '');
  return `<text ${attributes.join(' ')} xml:space="preserve">${escapeXml(text)}</text>`;
}

function rimOf(mark: TextMark): string {
  const width = units(RIM_MM + penMm(mark) / 2);
  return `stroke="${colour('paper')}" stroke-width="${width}" paint-order="stroke"`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
