import type { Analysis } from './analysis.js';
import { CENTRE } from './median-beat.js';
import type { Wave } from './wave.js';

/** Where one beat's waves lie in the recording, in samples of the trace. */
export interface BeatMarks {
  readonly all: WaveSet;
  /** In the order of the trace's leads. */
  readonly leads: readonly WaveSet[];
}

export interface WaveSet {
  readonly p: Wave | null;
  readonly qrs: Wave;
  readonly t: Wave | null;
}

/** Every beat has the waves of its kind, laid where it lies: one beat's noise moves nothing. */
export function beatMarks(analysis: Analysis): BeatMarks[] {
  return analysis.kinds
    .flatMap(({ beats, fiducials: { p, qrs, t } }) =>
      beats.map(({ at }): BeatMarks => {
        const by = at - CENTRE;
        const set = (pick: (waves: { all: Wave; leads: readonly Wave[] }) => Wave | undefined) => ({
          p: moved(p && pick(p), by),
          qrs: moved(pick(qrs), by) ?? qrs.all,
          t: moved(t && pick(t), by),
        });
        return {
          all: set((waves) => waves.all),
          leads: qrs.leads.map((_, k) => set((waves) => waves.leads[k])),
        };
      }),
    )
    .sort((a, b) => a.all.qrs.peak - b.all.qrs.peak);
}

function moved(wave: Wave | null | undefined, by: number): Wave | null {
  if (!wave) return null;
  return { onset: wave.onset + by, peak: wave.peak + by, offset: wave.offset + by };
}
