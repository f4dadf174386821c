import { createEcg, MISSING, type Ecg, type EcgInput } from '../ecg/ecg.js';
import { EXTRA_LEAD_NAMES, LEAD_NAMES, type LeadName } from '../ecg/lead.js';
import type { Evidence } from './evidence.js';
import type { Mark, Page, PolylineMark, TextMark } from './page.js';
import { GRID_BOTTOM_MM, PAPER } from './paper.js';

/** Microvolts of a lead at a sample, as the test wants them. */
export type Wave = (lead: LeadName, i: number) => number;

export interface MadeEcg {
  readonly seconds?: number;
  readonly sampleRateHz?: number;
  readonly more?: Partial<EcgInput>;
  readonly withExtraLeads?: boolean;
}

export function ecgOf(wave: Wave, made: MadeEcg = {}): Ecg {
  const { seconds = 10, sampleRateHz = 500, more = {}, withExtraLeads = false } = made;
  const numbers = Array.from({ length: seconds * sampleRateHz }, (_, i) => i);
  const extraLeads = EXTRA_LEAD_NAMES.map((name) => ({
    name,
    microvolts: numbers.map((i) => 50 * (i % 7)),
  }));
  const ecg = createEcg({
    sampleRateHz,
    partial: true,
    leads: LEAD_NAMES.map((name) => ({ name, microvolts: numbers.map((i) => wave(name, i)) })),
    ...(withExtraLeads ? { extraLeads } : {}),
    ...more,
  });
  if (!ecg.ok) throw new RangeError(ecg.failure.detail);
  return ecg.value;
}

/** One step of this many microvolts in the middle of every second, from sample 0 at 500 Hz. */
export function steps(microvolts: number): Wave {
  return (_, i) => (i % 500 >= 200 && i % 500 < 220 ? microvolts : 0);
}

/** A lead known only for its own column of a 3x4 page. */
export function columnsOnly(wave: Wave): Wave {
  return (lead, i) =>
    Math.floor(LEAD_NAMES.indexOf(lead) / 3) === Math.floor(i / 1250) ? wave(lead, i) : MISSING;
}

export function evidence(parts: Partial<Evidence> = {}): Evidence {
  return { spans: [], stLevels: [], medianBeat: null, lines: [], ...parts };
}

export function textsOf({ marks }: Page): readonly TextMark[] {
  return marks.filter((mark) => mark.kind === 'text');
}

export function wordsOf(page: Page): string {
  return textsOf(page)
    .map(({ text }) => text)
    .join('\n');
}

function isPulse({ points }: PolylineMark): boolean {
  return (points[0] as number) < PAPER.gridLeftMm + PAPER.traceLeftMm - 1;
}

export function tracesOf({ marks }: Page): readonly PolylineMark[] {
  return marks.filter(
    (mark): mark is PolylineMark =>
      mark.kind === 'polyline' && mark.ink === 'trace' && !isPulse(mark),
  );
}

export function pulsesOf({ marks }: Page): readonly PolylineMark[] {
  return marks.filter(
    (mark): mark is PolylineMark =>
      mark.kind === 'polyline' && mark.ink === 'trace' && isPulse(mark),
  );
}

export function heightOf({ points }: PolylineMark): number {
  const heights = points.filter((_, i) => i % 2 === 1);
  return Math.max(...heights) - Math.min(...heights);
}

export function isInGrid({ x, y }: TextMark): boolean {
  return x > PAPER.gridLeftMm && y > PAPER.gridTopMm && y < GRID_BOTTOM_MM;
}

/** Every number of a mark. */
export function numbersOf(mark: Mark): readonly number[] {
  return Object.values(mark)
    .flat()
    .filter((value): value is number => typeof value === 'number');
}
