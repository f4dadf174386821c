/** The recorder ends with a pulse of one millivolt; half that is no pulse, and no heart is so even. */
const PULSE_MICROVOLTS = 1000;
const PULSE_TOLERANCE_MICROVOLTS = 100;
const PULSE_MS_MIN = 50;
/** The calibration takes the last second of eleven: what is alike before that is a silent heart. */
const CALIBRATION_MS_MAX = 1000;
/** Leads that are filtered each for itself may differ by a step where nothing is recorded. */
const ALIKE_STEPS_MAX = 1;

/**
 * How many samples come before the calibration at the end, all of them where there is none. It is
 * told by what no ECG does: every lead runs alike up to the end, flat but for one pulse of 1 mV.
 */
export function samplesBeforeCalibration(
  leads: readonly ArrayLike<number>[],
  stepMicrovolts: number,
  sampleRateHz: number,
): number {
  const [first] = leads;
  const count = first?.length ?? 0;
  if (!first || leads.length < 2) return count;
  const earliest = Math.max(0, count - Math.round((sampleRateHz * CALIBRATION_MS_MAX) / 1000));
  const start = startOfAlike(leads, earliest, count);
  return isPulse(first, start, count, stepMicrovolts, sampleRateHz) ? start : count;
}

function startOfAlike(
  leads: readonly ArrayLike<number>[],
  earliest: number,
  count: number,
): number {
  let start = count;
  while (start > earliest) {
    let lowest = Infinity;
    let highest = -Infinity;
    for (const samples of leads) {
      const value = samples[start - 1] ?? NaN;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    if (!(highest - lowest <= ALIKE_STEPS_MAX)) break;
    start -= 1;
  }
  return start;
}

/** Nothing between foot and top, and one way up. */
function isPulse(
  samples: ArrayLike<number>,
  start: number,
  end: number,
  stepMicrovolts: number,
  sampleRateHz: number,
): boolean {
  const foot = samples[start] ?? NaN;
  let high = 0;
  let rises = 0;
  let wasHigh = false;
  for (let i = start; i < end; i += 1) {
    const microvolts = ((samples[i] as number) - foot) * stepMicrovolts;
    const isHigh = Math.abs(microvolts - PULSE_MICROVOLTS) <= PULSE_TOLERANCE_MICROVOLTS;
    if (!isHigh && Math.abs(microvolts) > PULSE_TOLERANCE_MICROVOLTS) return false;
    if (isHigh) high += 1;
    if (isHigh && !wasHigh) rises += 1;
    wasHigh = isHigh;
  }
  return rises === 1 && high * 1000 >= PULSE_MS_MIN * sampleRateHz;
}
