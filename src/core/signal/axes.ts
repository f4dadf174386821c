import type { Axes, LeadMeasurement } from './measurement.js';

/** Below this length of the frontal vector no direction can be told. */
const QRS_AREA_MIN = 2;
const T_AREA_MIN = 2;
const P_MICROVOLTS_MIN = 25;

/** From the net areas of QRS and T, and the height of P, in leads I and aVF. */
export function axesOf(leads: readonly LeadMeasurement[], hasP: boolean, hasT: boolean): Axes {
  const one = leads.find((lead) => lead.name === 'I');
  const foot = leads.find((lead) => lead.name === 'aVF');
  if (!one || !foot || one.beatCount === 0 || foot.beatCount === 0) {
    return { p: null, qrs: null, t: null };
  }
  return {
    p: hasP ? direction(one.pMicrovolts, foot.pMicrovolts, P_MICROVOLTS_MIN) : null,
    qrs: direction(one.qrs.area, foot.qrs.area, QRS_AREA_MIN),
    t: hasT ? direction(one.t.area, foot.t.area, T_AREA_MIN) : null,
  };
}

/** aVF is recorded smaller than a full lead would be, by the square root of three over two. */
function direction(one: number, foot: number, least: number): number | null {
  const down = (2 / Math.sqrt(3)) * foot;
  if (Math.hypot(one, down) < least) return null;
  return (180 / Math.PI) * Math.atan2(down, one);
}
