import {
  answered,
  listed,
  millimetres,
  notApplicable,
  shown,
  type CriterionResult,
  type MeasuredNumber,
} from './criterion.js';
import { need, type Readout } from './readout.js';

const CUT = 18.2;
const ELEVATION_MM_MIN = 1;
const ELEVATION_MM_MAX = 5;

/**
 * Tells early repolarisation from occlusion of the left anterior descending artery, where V2 to V4
 * are raised and nothing else explains it.
 */
export function fourVariable(readout: Readout): CriterionResult {
  const id = 'four-variable';
  const { found, missing } = need(readout, ['V2', 'V3', 'V4']);
  const [v2, v3, v4] = found;
  if (!v2 || !v3 || !v4) return notApplicable(id, `${listed(missing)} cannot be read`);
  if (readout.block !== null || readout.ventricularPacing) {
    return notApplicable(id, 'the QRS is wide');
  }
  if (readout.highVoltage) return notApplicable(id, 'the voltage suggests hypertrophy');
  const elevation = shown(Math.max(v2.st, v3.st, v4.st));
  if (elevation < ELEVATION_MM_MIN) {
    return notApplicable(id, 'none of V2 to V4 is raised by 1 mm');
  }
  if (elevation >= ELEVATION_MM_MAX) {
    return notApplicable(id, 'ST is raised by 5 mm or more, which needs no formula');
  }
  if (readout.qtcMs === null) return notApplicable(id, 'QT could not be measured');
  const score =
    1.062 * v3.stAgainstPr.j60 + 0.052 * readout.qtcMs - 0.151 * v2.qrsHeight - 0.268 * v4.r;
  const positive = score >= CUT;
  const measured: MeasuredNumber[] = [
    millimetres('V3', 'ST at J+60', v3.stAgainstPr.j60),
    { lead: null, what: 'QTc', value: readout.qtcMs, unit: 'ms', decisive: false },
    millimetres('V2', 'QRS', v2.qrsHeight),
    millimetres('V4', 'R', v4.r),
    { lead: null, what: 'value', value: score, unit: 'score', decisive: positive },
  ];
  const sentence = positive
    ? `Four-variable formula: ${score.toFixed(1)}, at or above ${CUT}: the ST elevation looks like an occluded anterior descending artery.`
    : `Four-variable formula: ${score.toFixed(1)}, below ${CUT}: the ST elevation looks more like early repolarisation, which rules nothing out.`;
  return answered(id, positive, measured, sentence);
}
