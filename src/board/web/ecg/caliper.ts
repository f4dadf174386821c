/** Two points on the paper, in its millimetres, y downwards. */
export interface Caliper {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

export interface Scale {
  readonly speedMmPerSecond: number;
  readonly gainMmPerMillivolt: number;
}

export interface Reading {
  readonly milliseconds: number;
  readonly perMinute: number | null;
  readonly millivolts: number;
}

/** Below this a distance is a slip of the hand and no rate. */
const RATE_MS_MIN = 100;

export function readCaliper({ fromX, fromY, toX, toY }: Caliper, scale: Scale): Reading {
  const milliseconds = (Math.abs(toX - fromX) / scale.speedMmPerSecond) * 1000;
  return {
    milliseconds,
    perMinute: milliseconds < RATE_MS_MIN ? null : 60_000 / milliseconds,
    millivolts: (fromY - toY) / scale.gainMmPerMillivolt,
  };
}

export function caliperWords(reading: Reading): string {
  const { milliseconds, perMinute, millivolts } = reading;
  const rate = perMinute === null ? '' : ` · ${Math.round(perMinute)}/min`;
  const sign = millivolts < 0 ? '−' : '+';
  return `${Math.round(milliseconds)} ms${rate} · ${sign}${Math.abs(millivolts).toFixed(2)} mV`;
}

const STEP_MM = 0.5;
const MOVES: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-STEP_MM, 0],
  ArrowRight: [STEP_MM, 0],
  ArrowUp: [0, -STEP_MM],
  ArrowDown: [0, STEP_MM],
};

/** Null where the key moves nothing. */
export function moveCaliper(caliper: Caliper, key: string, isOtherEnd: boolean): Caliper | null {
  const step = MOVES[key];
  if (!step) return null;
  const [x, y] = step;
  return isOtherEnd
    ? { ...caliper, fromX: caliper.fromX + x, fromY: caliper.fromY + y }
    : { ...caliper, toX: caliper.toX + x, toY: caliper.toY + y };
}
