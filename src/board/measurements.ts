import type { Examination } from '../core/decision/examination.js';

/** A number read off the trace, or why it could not be. */
export interface MeasurementView {
  readonly id: string;
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  readonly why: string | null;
}

export function toMeasurements(examination: Examination | null): readonly MeasurementView[] {
  if (examination === null) return [];
  const { measurement } = examination;
  if (measurement.kind === 'not-measured') {
    return [{ id: 'none', name: 'Not measured', value: null, unit: '', why: measurement.detail }];
  }
  const { rhythm, intervals, axes, withheld } = measurement;
  const row = (id: string, name: string, value: number | null, unit: string): MeasurementView => ({
    id,
    name,
    value: value === null ? null : Math.round(value),
    unit,
    why: value === null ? because(id) : null,
  });
  const because = (id: string): string | null =>
    withheld.find(({ what, lead }) => lead === null && id.startsWith(what))?.because ?? null;
  return [
    row('rate', 'Rate', rhythm.rateBpm, '/min'),
    row('p', 'P', intervals.pMs, 'ms'),
    row('pr', 'PR', intervals.prMs, 'ms'),
    row('qrs', 'QRS', intervals.qrsMs, 'ms'),
    row('qt', 'QT', intervals.qtMs, 'ms'),
    row('qtc-bazett', 'QTc (Bazett)', intervals.qtcBazettMs, 'ms'),
    row('qtc-fridericia', 'QTc (Fridericia)', intervals.qtcFridericiaMs, 'ms'),
    row('axis-p', 'P axis', axes.p, 'degrees'),
    row('axis-qrs', 'QRS axis', axes.qrs, 'degrees'),
    row('axis-t', 'T axis', axes.t, 'degrees'),
  ];
}
