export type ChangeKind =
  'rate' | 'pr' | 'qrs-duration' | 'qtc' | 'qrs-axis' | 't-axis' | 'st' | 't' | 'r' | 'q';

interface OrdinaryChange {
  readonly title: string;
  /** Electrodes put on anew, another posture, another hour: no more than this comes of them. */
  readonly most: number;
  /** Where the ordinary change grows with the thing itself, the share of the greater of the two. */
  readonly share: number;
}

/**
 * Fitted to 44 pairs of records of one patient that a cardiologist both read as normal: about what one
 * lead in a hundred of theirs exceeds, rounded. Voltages differ because chest electrodes never sit in
 * quite the same place, intervals by the scatter of their marks. `npm run validate:comparison` measures.
 */
export const ORDINARY_CHANGE: Readonly<Record<ChangeKind, OrdinaryChange>> = Object.freeze({
  rate: { title: 'Heart rate changed', most: 30, share: 0 },
  pr: { title: 'PR interval changed', most: 30, share: 0 },
  'qrs-duration': { title: 'QRS duration changed', most: 20, share: 0 },
  qtc: { title: 'QTc changed', most: 40, share: 0 },
  'qrs-axis': { title: 'QRS axis turned', most: 30, share: 0 },
  't-axis': { title: 'T axis turned', most: 45, share: 0 },
  st: { title: 'ST at J+60 changed', most: 0.8, share: 0 },
  t: { title: 'T wave changed', most: 3, share: 0.4 },
  r: { title: 'R wave changed', most: 5, share: 0.4 },
  q: { title: 'Q wave changed', most: 1.5, share: 0.4 },
});

export function beyondOrdinary(kind: ChangeKind, before: number, after: number): boolean {
  const { most, share } = ORDINARY_CHANGE[kind];
  const greater = Math.max(Math.abs(before), Math.abs(after));
  return sizeOfChange(kind, before, after) > Math.max(most, share * greater);
}

/** Angles go round: from 170 to -170 degrees is a turn of 20. */
export function sizeOfChange(kind: ChangeKind, before: number, after: number): number {
  const plain = Math.abs(after - before);
  const isAngle = kind === 'qrs-axis' || kind === 't-axis';
  return isAngle && plain > 180 ? 360 - plain : plain;
}
