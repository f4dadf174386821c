import { LEAD_NAMES } from '../../core/ecg/lead.js';
import { drawEcg } from '../../core/image/draw-ecg.js';
import { evidenceOf, type EvidenceLine } from '../../core/image/evidence.js';
import { measure } from '../../core/signal/measure.js';
import { toPng } from '../../drawing/png.js';
import type { Order } from '../destination.js';
import { shownFindings } from '../fhir/result.js';
import { notesOf, percent } from '../fhir/wording.js';

/** Enough to read it on a screen, and a third of what print takes. */
const DOTS_PER_INCH = 96;

/** The ECG on its paper with what was found, without a word of who the patient is. */
export function toPicture({ ecg, assessment }: Order): Uint8Array {
  const measurement = measure(ecg.ecg);
  const met = (assessment.examination?.criteria ?? []).filter(
    ({ verdict }) => verdict === 'positive',
  );
  const decisive = LEAD_NAMES.filter((name) =>
    met.some(({ measured }) => measured.some((one) => one.decisive && one.lead === name)),
  );
  const lines: EvidenceLine[] = [
    ...shownFindings(assessment).map(({ title, probability, threshold }) => ({
      kind: 'finding' as const,
      text: `${title}: ${percent(probability)} (threshold ${percent(threshold)})`,
    })),
    ...notesOf(assessment).map((text) => ({ kind: 'note' as const, text })),
  ];
  const page = drawEcg(ecg.ecg, {
    rateBpm: measurement.kind === 'measured' ? measurement.rhythm.rateBpm : null,
    evidence: { spans: [], ...evidenceOf(measurement, decisive), lines },
  });
  return toPng(page, { dotsPerInch: DOTS_PER_INCH });
}
