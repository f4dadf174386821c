import { MISSING, type Ecg } from '../ecg/ecg.js';

/** Recorders round each lead for itself. */
const DIFFERENCE_MICROVOLTS_MAX = 10;
/** The samples in which leads may part: where a calibration begins or ends in one a little earlier. */
const PARTING_SHARE_MAX = 0.01;

/**
 * Whether every recorded lead shows the same signal. No heart looks alike from everywhere: it is a
 * recorder's calibration, or one electrode's signal sent down every wire.
 */
export function isOneSignal({ leads, sampleCount }: Ecg): boolean {
  const [first, ...others] = leads.filter(({ origin }) => origin === 'recorded');
  if (!first) return false;
  const partingMax = sampleCount * PARTING_SHARE_MAX;
  return others.every(({ samples }) => {
    let parting = 0;
    for (let i = 0; i < sampleCount && parting <= partingMax; i += 1) {
      const [a, b] = [first.samples[i] as number, samples[i] as number];
      if (a === MISSING || b === MISSING) continue;
      if (Math.abs(a - b) > DIFFERENCE_MICROVOLTS_MAX) parting += 1;
    }
    return parting <= partingMax;
  });
}
