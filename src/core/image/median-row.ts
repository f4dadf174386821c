import type { MedianBeatPanel } from './evidence.js';
import type { DrawnCell, DrawnRow } from './lead-rows.js';
import { line, polyline, type Mark } from './page.js';
import { PAPER, TRACE_LEFT_MM, type Layout } from './paper.js';
import type { RowPlace } from './rows.js';
import { traceLine } from './trace-line.js';

/** Each median beat on the same paper as the rest, a quarter of it before the QRS. */
const CELL_MM = 20;
const LEADS_MAX = 12;
const STEP_MM = PAPER.traceWidthMm / LEADS_MAX;
const BEFORE_SHARE = 0.25;
const J_TICK_MM = 1.6;
const DOT_MM = 1;
const AFTER_J_SECONDS = 0.06;
const LEVEL_AFTER_J_SECONDS = 0.08;
const LEVEL_BEFORE_SECONDS = 0.06;

export function medianRow(panel: MedianBeatPanel, layout: Layout): DrawnRow {
  const { speedMmPerSecond, gainMmPerMillivolt } = layout;
  const { sampleRateHz, onset } = panel;
  const fromSeconds = onset / sampleRateHz - (BEFORE_SHARE * CELL_MM) / speedMmPerSecond;
  const toSeconds = fromSeconds + CELL_MM / speedMmPerSecond;
  const cells = panel.leads.slice(0, LEADS_MAX).map(({ name, microvolts }, i): DrawnCell => {
    const lead = { name, isInverted: false, label: name };
    const xMm = TRACE_LEFT_MM + i * STEP_MM;
    const scale = { speedMmPerSecond, gainMmPerMillivolt, isInverted: false, levelMicrovolts: 0 };
    const window = { samples: microvolts, sampleRateHz, fromSeconds, toSeconds };
    return {
      cell: { lead, xMm, fromSeconds, toSeconds },
      trace: traceLine(window, scale),
    };
  });
  return { kind: 'median', cells };
}

/** Tick at the J point, dot 60 ms after it, and the level from which both are read. */
export function medianMarks(
  panel: MedianBeatPanel,
  row: DrawnRow,
  layout: Layout,
  place: RowPlace,
): readonly Mark[] {
  const jSeconds = panel.jPoint / panel.sampleRateHz;
  return row.cells.flatMap(({ cell }, i) => {
    const { microvolts } = panel.leads[i] ?? { microvolts: [] };
    const xAt = (seconds: number): number =>
      cell.xMm + (seconds - cell.fromSeconds) * layout.speedMmPerSecond;
    const yAt = (seconds: number): number => {
      const value = microvolts[Math.round(seconds * panel.sampleRateHz)] ?? 0;
      const y = place.baselineMm - (value * layout.gainMmPerMillivolt) / 1000;
      return Math.min(place.clipBottomMm, Math.max(place.clipTopMm, y));
    };
    const [jX, jY] = [xAt(jSeconds), yAt(jSeconds)];
    const dotAt = jSeconds + AFTER_J_SECONDS;
    const levelFrom = xAt(panel.onset / panel.sampleRateHz - LEVEL_BEFORE_SECONDS);
    const levelTo = xAt(jSeconds + LEVEL_AFTER_J_SECONDS);
    return [
      line('mark', 0.15, [levelFrom, place.baselineMm, levelTo, place.baselineMm]),
      line('mark', 0.3, [jX, jY - J_TICK_MM, jX, jY + J_TICK_MM]),
      polyline('mark', DOT_MM, [xAt(dotAt), yAt(dotAt)]),
    ];
  });
}
