import { durationSeconds, type Ecg } from '../ecg/ecg.js';
import type { ExtraLeadName, LeadName } from '../ecg/lead.js';
import type { WrittenTime } from '../ecg/reading.js';
import type { Evidence } from './evidence.js';

/** What a caller may choose; everything has a default that looks as carts print. */
export interface DrawOptions {
  readonly layout?: LayoutName;
  readonly order?: 'standard' | 'cabrera';
  /** Leads shown over the whole width below the others. */
  readonly rhythm?: readonly LeadName[];
  readonly speedMmPerSecond?: Speed;
  readonly gainMmPerMillivolt?: Gain;
  /** Where the page begins, for recordings longer than a page. */
  readonly fromSeconds?: number;
  /** As the sender wrote it; the page says so where no zone is known. */
  readonly acquired?: WrittenTime | null;
  /** The sender's zone, where the door knew one and the sender wrote none. */
  readonly zone?: string | null;
  readonly rateBpm?: number | null;
  /** Lines about the patient. Without them the page says nothing of a patient. */
  readonly patientLines?: readonly string[];
  readonly evidence?: Evidence | null;
}

export const LAYOUT_NAMES = ['3x4', '6x2', '12x1'] as const;
export type LayoutName = (typeof LAYOUT_NAMES)[number];

export const SPEEDS = [25, 50] as const;
export type Speed = (typeof SPEEDS)[number];

export const GAINS = [5, 10, 20] as const;
export type Gain = (typeof GAINS)[number];

/** The page is A4 on its side: it prints at its true size on any printer. */
export const PAPER = Object.freeze({
  widthMm: 297,
  heightMm: 210,
  gridLeftMm: 13.5,
  gridTopMm: 35,
  gridWidthMm: 270,
  gridHeightMm: 160,
  /** From the left edge of the grid: room for the calibration pulse. */
  traceLeftMm: 15,
  traceWidthMm: 250,
  /** The pulse is 1 mV high and lasts so long, so that its width tells the speed. */
  pulseSeconds: 0.2,
});

export const TRACE_LEFT_MM = PAPER.gridLeftMm + PAPER.traceLeftMm;
export const GRID_BOTTOM_MM = PAPER.gridTopMm + PAPER.gridHeightMm;

/** A lead as it stands on the paper: Cabrera's order shows aVR upside down. */
export interface ShownLead {
  readonly name: LeadName | ExtraLeadName;
  readonly isInverted: boolean;
  readonly label: string;
}

/** One lead for one stretch of time. */
export interface Cell {
  readonly lead: ShownLead;
  readonly xMm: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** leads: the twelve and the extra ones. A median beat's seconds are those of the beat itself. */
export interface Row {
  readonly kind: 'leads' | 'rhythm' | 'median';
  readonly cells: readonly Cell[];
}

export interface Layout {
  readonly name: LayoutName;
  /** From the top of the grid downwards. */
  readonly rows: readonly Row[];
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Where the first column ends. */
  readonly columnToSeconds: number;
  readonly durationSeconds: number;
  /** Columns that follow one another in time, or that all show the same seconds. */
  readonly timing: 'continuous' | 'simultaneous';
  readonly speedMmPerSecond: Speed;
  readonly gainMmPerMillivolt: Gain;
}

const COLUMNS: Readonly<Record<LayoutName, number>> = { '3x4': 4, '6x2': 2, '12x1': 1 };
const RHYTHM_LEADS_MAX = 3;
/** A last column shorter than this tells nothing: then all columns show the same seconds. */
const LAST_COLUMN_SECONDS_MIN = 1;

/** One lead that fell off must not change how the whole page is read. */
const LEADS_GAINED_MIN = 3;

const STANDARD = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF'] as const;
const CABRERA = ['aVL', 'I', 'aVR', 'II', 'aVF', 'III'] as const;
const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;

export function layOut(ecg: Ecg, options: DrawOptions): Layout {
  const name = options.layout ?? '3x4';
  const speed = options.speedMmPerSecond ?? 25;
  const duration = durationSeconds(ecg);
  const pageSeconds = PAPER.traceWidthMm / speed;
  const asked = options.fromSeconds ?? 0;
  const latest = Math.max(0, duration - pageSeconds);
  const from = Number.isFinite(asked) ? Math.max(0, Math.min(asked, latest)) : 0;
  const length = Math.min(duration - from, pageSeconds);
  const columns = columnsOf(ecg, name, from, length, pageSeconds);
  const isCabrera = options.order === 'cabrera';
  const leadRows = [...rowsOf(twelve(isCabrera), columns), ...extraRowsOf(ecg, columns)];
  const rhythmRows = rhythmOf(name, options).map((lead) => [
    cellOf(shown(lead, false), 0, { from, to: from + length }),
  ]);
  const rows = [
    ...leadRows.map((cells) => ({ kind: 'leads' as const, cells })),
    ...rhythmRows.map((cells) => ({ kind: 'rhythm' as const, cells })),
  ];
  const seen = rows.flatMap(({ cells }) => cells.map((cell) => cell.toSeconds));
  return {
    name,
    rows,
    fromSeconds: from,
    toSeconds: Math.max(...seen),
    durationSeconds: duration,
    columnToSeconds: columns.spans[0]?.to ?? from,
    timing: columns.timing,
    speedMmPerSecond: speed,
    gainMmPerMillivolt: options.gainMmPerMillivolt ?? 10,
  };
}

function rhythmOf(name: LayoutName, { rhythm }: DrawOptions): readonly LeadName[] {
  return (rhythm ?? (name === '3x4' ? ['II'] : [])).slice(0, RHYTHM_LEADS_MAX);
}

function shown(name: LeadName | ExtraLeadName, isCabrera: boolean): ShownLead {
  const isInverted = isCabrera && name === 'aVR';
  return { name, isInverted, label: isInverted ? '−aVR' : name };
}

function twelve(isCabrera: boolean): readonly ShownLead[] {
  return [...(isCabrera ? CABRERA : STANDARD), ...CHEST].map((name) => shown(name, isCabrera));
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface Columns {
  readonly timing: Layout['timing'];
  readonly widthMm: number;
  readonly spans: readonly Span[];
}

/**
 * Carts print the columns one after the other in time. A recording too short for that, or one whose
 * leads are known only at its beginning, shows the same seconds in every column.
 */
function columnsOf(
  ecg: Ecg,
  name: LayoutName,
  from: number,
  length: number,
  pageSeconds: number,
): Columns {
  const count = COLUMNS[name];
  const seconds = pageSeconds / count;
  const end = from + length;
  const widthMm = PAPER.traceWidthMm / count;
  const numbers = Array.from({ length: count }, (_, k) => k);
  const following = numbers.map((k) => ({
    from: from + k * seconds,
    to: Math.min(end, from + (k + 1) * seconds),
  }));
  const same = numbers.map(() => ({ from, to: Math.min(end, from + seconds) }));
  const last = following[count - 1];
  const isLong =
    count === 1 || (last !== undefined && last.to - last.from >= LAST_COLUMN_SECONDS_MIN);
  const isLost = knownCells(ecg, same) - knownCells(ecg, following) >= LEADS_GAINED_MIN;
  return isLong && !isLost
    ? { timing: 'continuous', widthMm, spans: following }
    : { timing: 'simultaneous', widthMm, spans: same };
}

/** How many of the twelve leads would show anything at all. */
function knownCells(ecg: Ecg, spans: readonly Span[]): number {
  const perColumn = ecg.leads.length / spans.length;
  return ecg.leads.filter((lead, i) => {
    const span = spans[Math.floor(i / perColumn)];
    if (!span) return false;
    const [knownFrom, knownTo] = [lead.from / ecg.sampleRateHz, lead.to / ecg.sampleRateHz];
    return knownFrom < span.to && knownTo > span.from;
  }).length;
}

function cellOf(lead: ShownLead, xMm: number, { from, to }: Span): Cell {
  return { lead, xMm: TRACE_LEFT_MM + xMm, fromSeconds: from, toSeconds: to };
}

/** The twelve fill the columns from the top down. */
function rowsOf(leads: readonly ShownLead[], { spans, widthMm }: Columns): Cell[][] {
  const rowCount = leads.length / spans.length;
  return Array.from({ length: rowCount }, (_, row) =>
    spans.flatMap((span, column) => {
      const lead = leads[column * rowCount + row];
      return lead ? [cellOf(lead, column * widthMm, span)] : [];
    }),
  );
}

/** Right-sided and posterior leads stand in rows of their own, in the same columns. */
function extraRowsOf(ecg: Ecg, { spans, widthMm }: Columns): Cell[][] {
  const rows: Cell[][] = [];
  ecg.extraLeads.forEach(({ name }, i) => {
    const column = i % spans.length;
    const span = spans[column];
    if (!span) return;
    if (column === 0) rows.push([]);
    rows[rows.length - 1]?.push(cellOf(shown(name, false), column * widthMm, span));
  });
  return rows;
}
