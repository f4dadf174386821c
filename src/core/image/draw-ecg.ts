import type { Ecg } from '../ecg/ecg.js';
import { calibrationMarks, gridMarks, paperMarks } from './grid.js';
import { footerMarks, headerMarks, PAGE_TITLE } from './header.js';
import { labelMarks } from './labels.js';
import { needOf, rowMarks, traceRows } from './lead-rows.js';
import { createOccupied } from './occupied.js';
import { createPage, type Page } from './page.js';
import { layOut, PAPER, type DrawOptions } from './paper.js';
import { placeRows } from './rows.js';

/** An ECG on its paper. Pure: the same values give the same page, on any machine. */
export function drawEcg(ecg: Ecg, options: DrawOptions = {}): Page {
  const layout = layOut(ecg, options);
  const rows = traceRows(ecg, layout);
  const places = placeRows(rows.map(needOf), PAPER.gridTopMm, PAPER.gridHeightMm);
  const occupied = createOccupied(PAPER.widthMm);
  const drawn = rows.flatMap((row, i) => {
    const place = places[i];
    return place ? [rowMarks(row, place, occupied)] : [];
  });
  const isClipped = drawn.some((row) => row.isClipped);
  const notes = isClipped ? ['Arrows: the trace goes on beyond its row.'] : [];
  const labels = rows.flatMap((row, i) => {
    const place = places[i];
    return place ? labelMarks(row, place, options.evidence?.stLevels ?? [], occupied) : [];
  });
  return createPage({
    widthMm: PAPER.widthMm,
    heightMm: PAPER.heightMm,
    title: `${PAGE_TITLE}, ${layout.speedMmPerSecond} mm/s, ${layout.gainMmPerMillivolt} mm/mV`,
    marks: [
      ...paperMarks(),
      ...gridMarks(),
      ...calibrationMarks(places, layout.gainMmPerMillivolt),
      ...drawn.flatMap(({ marks }) => marks),
      ...labels,
      ...headerMarks(ecg, options),
      ...footerMarks(ecg, layout, notes),
    ],
  });
}
