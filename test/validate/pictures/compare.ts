import { leadOf, MISSING, type Ecg } from '../../../src/core/ecg/ecg.js';
import type { LeadName } from '../../../src/core/ecg/lead.js';
import { placesOf } from '../../../src/core/image/draw-ecg.js';
import { traceRows } from '../../../src/core/image/lead-rows.js';
import { layOut, type DrawOptions } from '../../../src/core/image/paper.js';
import type { PageReading } from '../../../src/core/image/read/page.js';
import { measure } from '../../../src/core/signal/measure.js';

/** One lead of a page as it was read, beside what was drawn. */
export interface LeadComparison {
  readonly lead: LeadName;
  readonly correlation: number;
  /** Read less drawn, microvolts; null where no whole beat is on the paper. */
  readonly stMicrovolts: number | null;
}

export interface PageComparison {
  readonly leads: readonly LeadComparison[];
  /** Seconds read for each second drawn, less one. */
  readonly timeError: number;
}

const RATE_HZ = 500;
const SHIFT_MAX = 60;
/** A lead may lie this many samples (20 ms, half a millimetre) from the page's own shift. */
const ALIGN_MAX = 10;
/** A beginning of another lead's place is not held against a lead. */
const EDGE = 10;

/** The drawn ECG is sampled at the rate of the reading. */
export function compare(drawn: Ecg, options: DrawOptions, reading: PageReading): PageComparison {
  const cells = cellsOf(drawn, options);
  const shifts = cells.map((cell) => bestShift(drawn, reading, cell));
  const shift = medianOf(shifts.map(({ samples }) => samples));
  const beats = beatsOf(drawn);
  return {
    timeError: slopeOf(shifts.map(({ at, samples }) => [at, samples] as const)),
    leads: cells.map((cell, i) => {
      const own = shifts[i]?.samples ?? 0;
      const near = Math.max(shift - ALIGN_MAX, Math.min(shift + ALIGN_MAX, own));
      return {
        lead: cell.lead,
        correlation: correlationAt(drawn, reading, cell, near),
        stMicrovolts: stError(drawn, reading, cell, near, beats),
      };
    }),
  };
}

interface Place {
  readonly lead: LeadName;
  readonly from: number;
  readonly to: number;
  /** Microvolts between which the row has room; what is beyond is cut, so that no paper shows it. */
  readonly least: number;
  readonly most: number;
}

function cellsOf(drawn: Ecg, options: DrawOptions): readonly Place[] {
  const layout = layOut(drawn, options);
  const rows = traceRows(drawn, layout);
  const places = placesOf(rows, layout);
  const perMm = 1000 / layout.gainMmPerMillivolt;
  return rows.flatMap((row, i) => {
    const room = places[i];
    if (row.kind !== 'leads' || !room) return [];
    return row.cells.map(({ cell: { lead, fromSeconds, toSeconds } }) => {
      const name = lead.name as LeadName;
      const [from, to] = [fromSeconds, toSeconds].map((s) => Math.round(s * RATE_HZ));
      const shown = Array.from(leadOf(drawn, name).samples).slice(from, to);
      const level = medianOf(shown.filter((value) => value !== MISSING));
      return {
        lead: name,
        from: from as number,
        to: to as number,
        least: level - (room.clipBottomMm - room.baselineMm) * perMm,
        most: level + (room.baselineMm - room.clipTopMm) * perMm,
      };
    });
  });
}

function correlationAt(drawn: Ecg, reading: PageReading, place: Place, shift: number): number {
  return alike(drawn, reading, { ...place, from: place.from + EDGE, to: place.to - EDGE }, shift);
}

/** Correlation of the drawn samples with those that were read `shift` samples later. */
function alike(drawn: Ecg, reading: PageReading, place: Place, shift: number): number {
  const { lead, from, to, least, most } = place;
  const a = leadOf(drawn, lead).samples;
  const b = leadOf(reading.ecg, lead).samples;
  let [n, cut, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = from; i < to; i += 1) {
    const x = a[i] as number;
    const y = b[i + shift] ?? MISSING;
    if (x < least || x > most) cut += 1;
    if (x === MISSING || y === MISSING || x < least || x > most) continue;
    n += 1;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  // What was not read counts as not alike.
  const known = n / Math.max(1, to - from - cut);
  const spread = Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
  return spread > 0 ? (known > 0.9 ? 1 : known) * ((n * sab - sa * sb) / spread) : 0;
}

function bestShift(
  drawn: Ecg,
  reading: PageReading,
  place: Place,
): { at: number; samples: number } {
  let best = 0;
  let most = -Infinity;
  for (let shift = -SHIFT_MAX; shift <= SHIFT_MAX; shift += 1) {
    const r = alike(drawn, reading, place, shift);
    if (r > most) {
      most = r;
      best = shift;
    }
  }
  return { at: (place.from + place.to) / 2, samples: best };
}

/** The middle slope of all pairs: one lead that was misread turns no line. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const slopes = points.flatMap(([x1, y1], i) =>
    points
      .slice(i + 1)
      .flatMap(([x2, y2]) => (Math.abs(x2 - x1) > RATE_HZ / 2 ? [(y2 - y1) / (x2 - x1)] : [])),
  );
  return slopes.length === 0 ? 0 : medianOf(slopes);
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

interface Beats {
  readonly at: readonly number[];
  readonly half: number;
}

function beatsOf(drawn: Ecg): Beats {
  const measurement = measure(drawn);
  const ordinary = measurement.beats.filter(({ kind }) => kind === 'ordinary');
  const qrsMs = measurement.kind === 'measured' ? measurement.intervals.qrsMs : 100;
  return {
    at: ordinary.map(({ atMs }) => Math.round((atMs / 1000) * RATE_HZ)),
    half: Math.round((qrsMs / 2000) * RATE_HZ),
  };
}

const LEVEL_FROM = -20;
const LEVEL_TO = -5;
const ST_FROM = 20;
const ST_TO = 40;

function stError(
  drawn: Ecg,
  reading: PageReading,
  { lead, from, to }: Place,
  shift: number,
  { at, half }: Beats,
): number | null {
  const seen = at.filter(
    (beat) => beat - half + LEVEL_FROM >= from + EDGE && beat + half + ST_TO < to - EDGE,
  );
  const st = (samples: ArrayLike<number>, off: number): number | null => {
    const levels = seen.flatMap((beat) => {
      const before = meanOf(samples, beat - half + LEVEL_FROM + off, beat - half + LEVEL_TO + off);
      const after = meanOf(samples, beat + half + ST_FROM + off, beat + half + ST_TO + off);
      return before === null || after === null ? [] : [after - before];
    });
    return levels.length === 0 ? null : levels.reduce((sum, v) => sum + v, 0) / levels.length;
  };
  const wanted = st(leadOf(drawn, lead).samples, 0);
  if (wanted === null) return null;
  return (st(leadOf(reading.ecg, lead).samples, shift) ?? Infinity) - wanted;
}

function meanOf(samples: ArrayLike<number>, from: number, to: number): number | null {
  let [sum, count] = [0, 0];
  for (let i = from; i < to; i += 1) {
    const value = samples[i] ?? MISSING;
    if (value === MISSING) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}
