/** Where the waves of one beat lie, in seconds from the QRS onset. */
export interface WaveTimes {
  readonly pOnset: number;
  readonly pOffset: number;
  readonly j: number;
  readonly tOffset: number;
}

/** One Gaussian in time; what it weighs in each direction is the patient's own. */
export interface Bump {
  readonly at: number;
  readonly width: number;
}

export const P_WAVE_BUMPS = 4;
/** After the P wave the atria recover, which draws the line down until the QRS has passed. */
const ATRIAL_RECOVERY = [
  { after: 0.03, width: 0.042 },
  { after: 0.13, width: 0.06 },
] as const;

export const P_BUMPS = P_WAVE_BUMPS + ATRIAL_RECOVERY.length;
export const QRS_BUMPS = 15;
export const T_BUMPS = 8;
export const BUMPS = P_BUMPS + QRS_BUMPS + T_BUMPS;

/** Neighbours overlap by so much of their distance that their sum has no ripple. */
const OVERLAP = 0.62;

/** The Gaussians that a beat is made of: their places stretch with its waves. */
export function bumpsOf(times: WaveTimes): readonly Bump[] {
  return [
    ...spread(times.pOnset, times.pOffset, P_WAVE_BUMPS, 0.65),
    ...ATRIAL_RECOVERY.map(({ after, width }) => ({ at: times.pOffset + after, width })),
    ...spread(0, times.j, QRS_BUMPS, 0),
    ...spread(times.j, times.tOffset, T_BUMPS, 0.1),
  ];
}

/** `margin`: how much of one distance is left free at both ends. */
function spread(from: number, to: number, count: number, margin: number): Bump[] {
  const distance = (to - from) / (count + 2 * margin);
  return Array.from({ length: count }, (_, k) => ({
    at: from + (k + 0.5 + margin) * distance,
    width: OVERLAP * distance,
  }));
}
