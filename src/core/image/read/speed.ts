import type { Ecg } from '../../ecg/ecg.js';
import { measure } from '../../signal/measure.js';
import type { Speed } from '../paper.js';

/**
 * Where no wide pulse says how fast the paper ran, the heart does: read at half its speed a
 * heart has a QRS twice as wide and a QT that no living heart has at such a rate.
 */
const QTC_MS_MAX = 540;
/** Twice the narrowest QRS of a grown heart: a long QT alone is no fast paper. */
const QRS_MS_MIN = 140;
const QRS_ALONE_MS = 210;
const RATE_MAX = 110;

/** The speed of paper that was read as if it ran 25 mm/s. */
export function speedOf(ecg: Ecg): Speed {
  const measurement = measure(ecg);
  if (measurement.kind === 'not-measured') return 25;
  const { qrsMs, qtcFridericiaMs } = measurement.intervals;
  const rate = measurement.rhythm.rateBpm ?? 0;
  if (rate > RATE_MAX) return 25;
  const isLong = qtcFridericiaMs !== null && qtcFridericiaMs > QTC_MS_MAX && qrsMs >= QRS_MS_MIN;
  const isWide = qtcFridericiaMs === null && qrsMs >= QRS_ALONE_MS;
  return isLong || isWide ? 50 : 25;
}
