import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createEcg, type Ecg } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { toWfdb } from '../../formats/wfdb/write.js';
import type { BatchPlan, DonePortion, Portion } from './batch.js';
import type { SimulatedCase } from './case.js';
import { drawCase } from './draw.js';
import { caseId, labelLine } from './labels.js';
import { simulateCase } from './simulate.js';

const plan = workerData as BatchPlan;

/** A batch's seeds lie apart from another's as long as it has fewer cases than this. */
const SEEDS_A_BATCH = 1_000_003;

parentPort?.on('message', (asked: Portion) => {
  void make(asked).then((done) => {
    parentPort?.postMessage(done, [done.samples.buffer as ArrayBuffer]);
  });
});

async function make({ from, to }: Portion): Promise<DonePortion> {
  const labels: string[] = [];
  const parts: Uint8Array[] = [];
  for (let number = from; number < to; number += 1) {
    const made = caseOf(number);
    const id = caseId(plan.seed, number);
    labels.push(labelLine(id, made.truth));
    if (plan.format === 'array') parts.push(samplesOf(made.ecg));
    else await writeRecord(id, made.ecg);
  }
  const samples = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    samples.set(part, at);
    return at + part.length;
  }, 0);
  return { from, to, labels, samples };
}

function caseOf(number: number): SimulatedCase {
  const seed = (Math.imul(plan.seed, SEEDS_A_BATCH) + number) >>> 0;
  return simulateCase(
    drawCase(seed, {
      ...(plan.draw ? { draw: plan.draw } : {}),
      ...(plan.condition ? { condition: plan.condition } : {}),
    }),
  );
}

/** Twelve leads, one after the other, little-endian whatever the machine. */
function samplesOf({ leads, sampleCount }: Ecg): Uint8Array {
  const bytes = new Uint8Array(2 * sampleCount * leads.length);
  const view = new DataView(bytes.buffer);
  leads.forEach(({ samples }, k) => {
    for (let i = 0; i < sampleCount; i += 1) {
      view.setInt16(2 * (k * sampleCount + i), samples[i] as number, true);
    }
  });
  return bytes;
}

async function writeRecord(id: string, ecg: Ecg): Promise<void> {
  const { header, signal } = toWfdb(readingOf(twelveRecorded(ecg)), id);
  await writeFile(join(plan.folder, `${id}.hea`), header);
  await writeFile(join(plan.folder, `${id}.dat`), signal);
}

/** A cart stores all twelve; the writer leaves out what another could work out. */
function twelveRecorded(ecg: Ecg): Ecg {
  const made = createEcg({
    ...ecg,
    leads: ecg.leads.map(({ name, samples }) => ({ name, microvolts: samples })),
    extraLeads: [],
  });
  if (!made.ok) throw new RangeError(made.failure.detail);
  return made.value;
}

function readingOf(ecg: Ecg): Reading {
  return {
    ecg,
    format: 'simulated',
    patient: null,
    encounter: null,
    order: null,
    acquired: null,
    birthDate: null,
    status: 'final',
    vendorStatements: [],
    vendorMeasurements: null,
  };
}
