import { toPage } from './delivery/page.js';
import type { Assessment } from './core/decision/assessment.js';
import { drawEcg } from './core/image/draw-ecg.js';
import type { Page } from './core/image/page.js';
import type { LayoutName } from './core/image/paper.js';
import type { EcgRecord } from './ledger/ledger.js';

/** The picture of the board, drawn as every other: on the command line and in the chart. */
export function drawAssessed(
  { ecg, acquisition, page }: EcgRecord,
  assessment: Assessment | null,
  layout: LayoutName,
): Page {
  const { instantMs } = acquisition;
  const local = instantMs === null ? null : new Date(instantMs).toISOString().slice(0, -1);
  const acquired = local === null ? null : { local, offsetMinutes: 0 };
  return assessment
    ? toPage({ ecg, acquired, ...(page ? { page } : {}) }, assessment, { layout })
    : drawEcg(ecg, { acquired, layout });
}
