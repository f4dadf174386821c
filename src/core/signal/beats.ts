import type { Activity } from './activity.js';
import { median } from './statistics.js';
import { samplesOf } from './trace.js';

/** No two ventricular beats stand closer than this (300 a minute). */
const REFRACTORY = samplesOf(200);
/** Within this time after a QRS a lesser summit is its T wave. */
const T_WAVE_REACH = samplesOf(420);
const T_WAVE_SHARE = 0.6;
/** This soon before a QRS a lesser summit is a steep or paced P wave. */
const P_WAVE_REACH = samplesOf(270);
const P_WAVE_SHARE = 0.6;
/** How far from its summit the activity of one QRS may reach, and down to what share of it. */
const QRS_REACH = samplesOf(100);
const ACTIVE_SHARE = 0.3;
const BLOCK = samplesOf(2000);
/** Shares of the local ordinary summit. */
const CERTAIN_SHARE = 0.45;
/** A block whose highest summit is below this share of its neighbours' holds no beat. */
const EMPTY_SHARE = 0.3;
const SEARCH_BACK_SHARE = 0.2;
/** A pause longer than this many ordinary intervals is searched again for a smaller beat. */
const SEARCH_BACK_INTERVALS = 1.5;

interface Summit {
  readonly at: number;
  readonly height: number;
}

/** The samples near which a QRS stands, in order. */
export function detectBeats(activity: Activity): number[] {
  const { level } = activity;
  const summits = summitsOf(level);
  const ordinary = ordinaryHeights(level);
  const share = ({ at, height }: Summit) => height / (ordinary[Math.floor(at / BLOCK)] as number);
  const certain = withoutPAndT(summits.filter((summit) => share(summit) >= CERTAIN_SHARE));
  const possible = summits.filter((summit) => share(summit) >= SEARCH_BACK_SHARE);
  return searchBack(certain, possible).map((summit) => middleOf(summit, level));
}

/** A wide QRS has its steepest part at one end: the middle of its activity is the steadier mark. */
function middleOf(summit: Summit, level: Float64Array): number {
  let weight = 0;
  let moment = 0;
  for (let step = -1; step <= 1; step += 2) {
    for (let i = summit.at; Math.abs(i - summit.at) <= QRS_REACH; i += step) {
      const height = level[i] ?? 0;
      if (height < ACTIVE_SHARE * summit.height) break;
      weight += height;
      moment += height * i;
    }
  }
  return Math.round(moment / weight);
}

/** Local maxima, the highest first claimed, none within the refractory time of a higher one. */
function summitsOf(level: Float64Array): Summit[] {
  const summits: Summit[] = [];
  for (let i = 1; i < level.length - 1; i += 1) {
    const height = level[i] as number;
    if (!(height > (level[i - 1] as number) && height >= (level[i + 1] as number))) continue;
    const last = summits[summits.length - 1];
    if (last === undefined || i - last.at > REFRACTORY) summits.push({ at: i, height });
    else if (height > last.height) summits[summits.length - 1] = { at: i, height };
  }
  return summits;
}

/**
 * Per block of two seconds: the median of the highest summits of it and two blocks either side,
 * blocks without a beat (a pause, a very slow heart) left out.
 */
function ordinaryHeights(level: Float64Array): number[] {
  const tops: number[] = [];
  for (let from = 0; from < level.length; from += BLOCK) {
    tops.push(level.subarray(from, from + BLOCK).reduce((top, v) => Math.max(top, v), 0));
  }
  return tops.map((_, i) => {
    const around = tops.slice(Math.max(0, i - 2), i + 3);
    const top = around.reduce((most, value) => Math.max(most, value), Number.MIN_VALUE);
    return median(around.filter((value) => value >= EMPTY_SHARE * top).concat(top));
  });
}

function withoutPAndT(summits: readonly Summit[]): Summit[] {
  const kept: Summit[] = [];
  for (const [i, summit] of summits.entries()) {
    const last = kept[kept.length - 1];
    const next = summits[i + 1];
    if (last && isTWaveAfter(last, summit)) continue;
    if (next && isPWaveBefore(next, summit)) continue;
    kept.push(summit);
  }
  return kept;
}

function isTWaveAfter(qrs: Summit, { at, height }: Summit): boolean {
  return at - qrs.at < T_WAVE_REACH && height < T_WAVE_SHARE * qrs.height;
}

function isPWaveBefore(qrs: Summit, { at, height }: Summit): boolean {
  return qrs.at - at < P_WAVE_REACH && height < P_WAVE_SHARE * qrs.height;
}

/** Fills long pauses with the highest lesser summit that stands clear of the T wave before it. */
function searchBack(certain: readonly Summit[], candidates: readonly Summit[]): Summit[] {
  const intervals = certain.slice(1).map((s, i) => s.at - (certain[i] as Summit).at);
  const ordinary = median(intervals);
  const found: Summit[] = [];
  for (const [i, summit] of certain.entries()) {
    found.push(summit);
    const next = certain[i + 1];
    if (!next || next.at - summit.at < SEARCH_BACK_INTERVALS * ordinary) continue;
    const between = candidates.filter(
      ({ at }) => at > summit.at + T_WAVE_REACH && at < next.at - T_WAVE_REACH,
    );
    if (between.length === 0) continue;
    found.push(between.reduce((best, s) => (s.height > best.height ? s : best)));
  }
  return found;
}
