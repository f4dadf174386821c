import type { Ecg } from '../ecg/ecg.js';
import type { Evidence } from './evidence.js';
import type { Shading } from './shade.js';

export interface Noted {
  readonly ecg: Ecg;
  readonly evidence: Evidence | null;
  readonly shading: Shading;
  readonly isClipped: boolean;
}

/** What a reader must know to read the marks on this page: what is missing from it comes first. */
export function notesOf({ ecg, evidence, shading, isClipped }: Noted): readonly string[] {
  const { shown, total } = shading;
  const notes: string[] = [];
  if (isClipped) notes.push('Arrows: the trace goes on beyond its row.');
  if (shown < total) {
    notes.push(`Not on this page: ${total - shown} of ${total} marked stretches.`);
  }
  if (shown > 0) notes.push('Hatched: what weighed most.');
  if (evidence && evidence.stLevels.length > 0) {
    notes.push('Beside leads: ST at the J point, in mm of 0.1 mV; framed where it counted.');
  }
  if (evidence?.medianBeat) {
    const { beatCount } = evidence.medianBeat;
    notes.push(`Last row: median of ${beatCount} beats, its level, J (tick) and J + 60 ms (dot).`);
  }
  const derived = ecg.leads.filter(({ origin }) => origin === 'derived').map(({ name }) => name);
  if (derived.length > 0) notes.push(`Calculated from I and II: ${derived.join(', ')}.`);
  return notes;
}
