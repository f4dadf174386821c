import type { Ecg } from '../ecg/ecg.js';
import type { Evidence } from './evidence.js';
import { evidenceLineMarks } from './evidence-lines.js';
import { calibrationMarks, gridMarks, paperMarks } from './grid.js';
import { footerMarks, headerMarks, PAGE_TITLE } from './header.js';
import { LABEL_ROOM, labelMarks, marginLabelMarks } from './labels.js';
import { rowMarks, skylineOf, traceRows, type DrawnRow } from './lead-rows.js';
import { medianMarks, medianRow } from './median-row.js';
import { notesOf } from './notes.js';
import { createOccupied, type Occupied } from './occupied.js';
import { createPage, type Mark, type Page } from './page.js';
import { layOut, PAPER, type DrawOptions, type Layout } from './paper.js';
import { placeRows, type RowPlace } from './rows.js';
import { shade, type Shading } from './shade.js';

/** An ECG on its paper. Pure: the same values give the same page, on any machine. */
export function drawEcg(ecg: Ecg, options: DrawOptions = {}): Page {
  const layout = layOut(ecg, options);
  const evidence = options.evidence ?? null;
  const panel = evidence?.medianBeat ?? null;
  const rows = [...traceRows(ecg, layout), ...(panel ? [medianRow(panel, layout)] : [])];
  const places = placesOf(rows, layout);
  const placed = rows.flatMap((row, i) => (places[i] ? [{ row, place: places[i] }] : []));
  const occupied = createOccupied(PAPER.widthMm);
  const traces = placed.map(({ row, place }) => rowMarks(row, place, occupied));
  const medians = placed.flatMap(({ row, place }) =>
    panel && row.kind === 'median' ? medianMarks(panel, row, layout, place) : [],
  );
  const labels = placed.flatMap(({ row, place }) => named(row, place, layout, evidence, occupied));
  const shading = evidence ? shade(evidence, layout, rows, places, occupied) : NO_SHADING;
  const isClipped = traces.some((row) => row.isClipped);
  return createPage({
    widthMm: PAPER.widthMm,
    heightMm: PAPER.heightMm,
    title: `${PAGE_TITLE}, ${layout.speedMmPerSecond} mm/s, ${layout.gainMmPerMillivolt} mm/mV`,
    marks: [
      ...paperMarks(),
      ...shading.under,
      ...gridMarks(),
      ...shading.over,
      ...calibrationMarks(places, layout),
      ...traces.flatMap(({ marks }) => marks),
      ...medians,
      ...labels,
      ...headerMarks(ecg, options),
      ...(evidence ? evidenceLineMarks(evidence) : []),
      ...footerMarks(ecg, layout, notesOf({ ecg, evidence, shading, isClipped })),
    ],
  });
}

/** Where on the page each row stands, and where what leaves its room is cut. */
export function placesOf(rows: readonly DrawnRow[], layout: Layout): readonly RowPlace[] {
  return placeRows(
    rows.map((row) => skylineOf(row, roomIn(layout, row))),
    PAPER.gridTopMm,
    PAPER.gridHeightMm,
  );
}

const NO_SHADING: Shading = Object.freeze({ under: [], over: [], shown: 0, total: 0 });

/** Where names stand in the margin they need no room above a trace. */
function hasMarginNames(layout: Layout, row: DrawnRow): boolean {
  return layout.name === '12x1' && row.kind !== 'median';
}

function roomIn(layout: Layout, row: DrawnRow): typeof LABEL_ROOM | null {
  return hasMarginNames(layout, row) ? null : LABEL_ROOM;
}

function named(
  row: DrawnRow,
  place: RowPlace,
  layout: Layout,
  evidence: Evidence | null,
  occupied: Occupied,
): readonly Mark[] {
  const known = evidence?.stLevels.filter((level) => Number.isFinite(level.millimetres));
  const levels = known ?? [];
  return hasMarginNames(layout, row)
    ? marginLabelMarks(row, place, levels, layout.speedMmPerSecond)
    : labelMarks(row, place, levels, occupied);
}
