import type { BeatPart } from '../core/decision/evidence.js';
import type { Examination } from '../core/decision/examination.js';
import { CENTRE } from '../core/signal/median-beat.js';
import { millisecondsOf } from '../core/signal/trace.js';

/** Where one part of one beat lies, from the start of the recording. */
export interface BeatSpan {
  readonly part: BeatPart;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the level that the part stands on is read: before the wave itself. */
  readonly levelMs: number;
}

/** Where no T wave could be marked, the ST segment and its T are looked for this far behind J. */
const ST_T_MS = 320;
/** Where no P wave could be marked, what lies this far before the QRS counts as P and PR. */
const PR_MS = 160;

/** The parts of every ordinary beat, laid where it lies; none where nothing was measured. */
export function beatSpans({ measurement }: Examination): readonly BeatSpan[] {
  if (measurement.kind === 'not-measured') return [];
  const { p, qrs, t } = measurement.medianBeat;
  const from = (sample: number): number => millisecondsOf(sample - CENTRE);
  const onset = from(qrs.onset);
  const j = from(qrs.offset);
  const parts: readonly (readonly [BeatPart, number, number])[] = [
    ['p', p ? from(p.onset) : onset - PR_MS, onset],
    ['qrs', onset, j],
    ['st-t', j, t ? from(t.offset) : j + ST_T_MS],
  ];
  return measurement.beats
    .filter(({ kind }) => kind === 'ordinary')
    .flatMap(({ atMs }) =>
      parts.map(([part, begins, ends]) => ({
        part,
        fromMs: atMs + begins,
        toMs: atMs + ends,
        levelMs: atMs + (part === 'p' ? begins : onset),
      })),
    );
}
