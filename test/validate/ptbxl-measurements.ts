import { pathToFileURL } from 'node:url';
import type { Measured } from '../../src/core/signal/measurement.js';
import { examine } from './ptbxl-case.js';
import { readPtbxl } from './ptbxl-records.js';

/**
 * What we measure in every raw PTB-XL record, one JSON line each, for reports that are made outside
 * this language: a plain regression on these numbers is the least a network has to beat.
 */
export async function main(): Promise<void> {
  for (const record of (await readPtbxl()) ?? []) {
    const { measurement } = examine(record);
    const values = measurement.kind === 'measured' ? valuesOf(measurement) : null;
    const beats = measurement.beats.map(({ atMs }) => Math.round(atMs));
    process.stdout.write(`${JSON.stringify({ id: record.id, values, beats })}\n`);
  }
}

/** Amplitudes in microvolts, times in ms, angles in degrees; null where it could not be told. */
function valuesOf({ intervals, axes, rhythm, leads }: Measured): Record<string, number | null> {
  const values: Record<string, number | null> = {
    rate: rhythm.rateBpm,
    irregularity: rhythm.irregularity,
    p: intervals.pMs,
    pr: intervals.prMs,
    qrs: intervals.qrsMs,
    qt: intervals.qtMs,
    qtc: intervals.qtcFridericiaMs,
    ...Object.fromEntries(Object.entries(axes).map(([wave, axis]) => [`${wave}Axis`, axis])),
  };
  for (const { name, qrs, st, t } of leads) {
    Object.assign(values, {
      [`${name} q`]: qrs.q,
      [`${name} qMs`]: qrs.qMs,
      [`${name} r`]: qrs.r,
      [`${name} s`]: qrs.s,
      [`${name} area`]: qrs.area,
      [`${name} j`]: st.j,
      [`${name} j60`]: st.j60,
      [`${name} t`]: t.peak,
      [`${name} tArea`]: t.area,
    });
  }
  return values;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
