import { ACCENTS_ABOVE, ACCENTS_BELOW, GLYPHS, UNKNOWN_GLYPH, type Glyph } from './glyphs.js';

/** Capitals reach this share of the text's size, as in the fonts that a screen would take. */
const CAPITAL_SHARE = 0.72;
const CAPITAL_UNITS = 14;
const SMALL_UNITS = 10;
const SPACE_UNITS = 2.6;
/** Between two letters; a thicker pen needs more. */
const BETWEEN_UNITS = 3.4;
const BOLD_BETWEEN_UNITS = 4.2;
const CURVE_STEPS = 5;

/** The width of the pen as a share of the text's size. */
const PEN_SHARE = 0.085;
const BOLD_PEN_SHARE = 0.13;

/** Strokes of one letter, x and y in turn, in units with y upwards. */
interface Drawn {
  readonly width: number;
  readonly strokes: readonly (readonly number[])[];
}

const drawn = new Map<string, Drawn>();

/** Quotes of print and odd spaces, as the plain ones. */
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u03bc': 'µ',
  '‑': '-',
};

/** One letter with its accents; a letter that we do not have is a box. */
function letters(text: string): readonly string[] {
  return text.normalize('NFD').match(/\P{M}\p{M}*/gu) ?? [];
}

function letterOf(cluster: string): Drawn {
  const known = drawn.get(cluster);
  if (known) return known;
  const [first = '', ...accents] = cluster;
  const base = PLAIN[first] ?? first;
  const isDotless = accents.some((accent) => ACCENTS_ABOVE.has(accent));
  const glyph = glyphOf(isDotless ? (base === 'i' ? 'ı' : base === 'j' ? 'ȷ' : base) : base);
  const strokes = [...strokesOf(glyph.path)];
  const isTall = /[\p{Lu}bdfhkltþðß]/u.test(base);
  for (const accent of accents) {
    const over = ACCENTS_ABOVE.get(accent);
    const under = ACCENTS_BELOW.get(accent);
    const top = isTall ? CAPITAL_UNITS : SMALL_UNITS;
    for (const stroke of strokesOf(over ?? under ?? '')) {
      strokes.push(shifted(stroke, glyph.width / 2, over ? top : 0));
    }
  }
  const letter = { width: glyph.width, strokes };
  if (drawn.size < LETTERS_KEPT_MAX) drawn.set(cluster, letter);
  return letter;
}

/** Texts from outside must not make the store of drawn letters grow without end. */
const LETTERS_KEPT_MAX = 1000;

function glyphOf(character: string): Glyph {
  if (character === ' ') return { width: SPACE_UNITS, path: '' };
  return GLYPHS.get(character) ?? UNKNOWN_GLYPH;
}

function shifted(stroke: readonly number[], dx: number, dy: number): number[] {
  return stroke.map((value, i) => value + (i % 2 === 0 ? dx : dy));
}

function strokesOf(path: string): readonly (readonly number[])[] {
  const strokes: number[][] = [];
  let stroke: number[] = [];
  for (const step of path.split(' ').filter((part) => part !== '')) {
    const [x = 0, y = 0] = step.slice(1).split(',').map(Number);
    const command = step.charAt(0);
    if (command === 'M') {
      stroke = [x, y];
      strokes.push(stroke);
    } else if (command === 'L') stroke.push(x, y);
    else addQuarter(stroke, x, y, command === 'h');
  }
  return strokes;
}

/** Cosines of the steps of a quarter turn, from a square root so that every machine has the same. */
const TURN: readonly (readonly [cosine: number, sine: number])[] = quarterTurn();

function quarterTurn(): (readonly [number, number])[] {
  return Array.from({ length: CURVE_STEPS }, (_, i) => {
    const t = (i + 1) / CURVE_STEPS;
    const weight = 1 + (Math.SQRT2 - 2) * t * (1 - t);
    const sine = (t * t + Math.SQRT2 * t * (1 - t)) / weight;
    const cosine = ((1 - t) * (1 - t) + Math.SQRT2 * t * (1 - t)) / weight;
    return [cosine, sine] as const;
  });
}

function addQuarter(stroke: number[], x: number, y: number, isLevelFirst: boolean): void {
  const fromX = stroke[stroke.length - 2] ?? 0;
  const fromY = stroke[stroke.length - 1] ?? 0;
  for (const [cosine, sine] of TURN) {
    const [shareX, shareY] = isLevelFirst ? [sine, 1 - cosine] : [1 - cosine, sine];
    stroke.push(fromX + (x - fromX) * shareX, fromY + (y - fromY) * shareY);
  }
}

function unitMm(sizeMm: number): number {
  return (sizeMm * CAPITAL_SHARE) / CAPITAL_UNITS;
}

export interface Lettering {
  readonly sizeMm: number;
  readonly bold: boolean;
}

function betweenUnits({ bold }: Lettering): number {
  return bold ? BOLD_BETWEEN_UNITS : BETWEEN_UNITS;
}

export function penMm({ sizeMm, bold }: Lettering): number {
  return sizeMm * (bold ? BOLD_PEN_SHARE : PEN_SHARE);
}

/** How far a text reaches. */
export function textWidthMm(text: string, style: Lettering): number {
  const between = betweenUnits(style);
  const widths = letters(text).map((cluster) => letterOf(cluster).width + between);
  const units = widths.reduce((sum, width) => sum + width, 0);
  return Math.max(0, units - between) * unitMm(style.sizeMm);
}

/** The pen's strokes for a text that begins at x and stands on y, in millimetres of the page. */
export function textStrokes(
  text: string,
  style: Lettering,
  x: number,
  y: number,
): readonly (readonly number[])[] {
  const unit = unitMm(style.sizeMm);
  const between = betweenUnits(style);
  const strokes: number[][] = [];
  let at = 0;
  for (const cluster of letters(text)) {
    const letter = letterOf(cluster);
    for (const stroke of letter.strokes) {
      strokes.push(stroke.map((v, i) => (i % 2 === 0 ? x + (at + v) * unit : y - v * unit)));
    }
    at += letter.width + between;
  }
  return strokes;
}

export function capitalHeightMm(sizeMm: number): number {
  return sizeMm * CAPITAL_SHARE;
}

/** No text from outside is longer than this on a page, whatever its letters are. */
export const TEXT_CHARACTERS_MAX = 400;

/**
 * A text from anywhere as one printable line: no control or direction characters, no halves of
 * pairs, a bounded number of characters.
 */
export function parsePrintable(text: string): string {
  return text
    .slice(0, 4 * TEXT_CHARACTERS_MAX)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}\p{Cn}\s]+/gu, ' ')
    .trim()
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .slice(0, TEXT_CHARACTERS_MAX)
    .replace(/\p{Cs}/gu, '');
}

/** The text, or as much of its beginning as fits, with three dots for the rest. */
export function fitText(text: string, style: Lettering, widthMm: number): string {
  const clean = parsePrintable(text);
  if (textWidthMm(clean, style) <= widthMm) return clean;
  const clusters = letters(clean);
  let low = 0;
  let high = clusters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const shown = `${clusters.slice(0, middle).join('').trimEnd()}…`;
    if (textWidthMm(shown, style) <= widthMm) low = middle;
    else high = middle - 1;
  }
  return `${clusters.slice(0, low).join('').trimEnd()}…`.normalize('NFC');
}

/** The text in lines that fit, broken at spaces; at most so many, the last one cut if need be. */
export function wrapText(
  text: string,
  style: Lettering,
  widthMm: number,
  linesMax: number,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of parsePrintable(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    const isFull = lines.length === linesMax - 1;
    if (line === '' || isFull || textWidthMm(longer, style) <= widthMm) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((part) => fitText(part, style, widthMm));
}
