import { createEcg, type Ecg } from '../../src/core/ecg/ecg.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { CONDITIONS, simulateEcg } from '../support/simulated.js';
import { frame } from '../../src/wire/hl7v2/framer.js';

const WAVEFORMS = 12;
const NUMBER_DIGITS = 10;
const PLACE = `B${'0'.repeat(NUMBER_DIGITS)}`;
const AUTHORITY = 'urn:oid:2.999.1.11';

export interface FrameShape {
  readonly sampleRateHz: number;
  readonly seconds: number;
}

/** Twelve leads of 5,000 samples: what a cart at 500 Hz sends of ten seconds. */
export const USUAL: FrameShape = { sampleRateHz: 500, seconds: 10 };

/** One ready frame whose patient, visit, control id and times can be written anew in place. */
export interface Stamp {
  readonly bytes: Buffer;
  readonly places: readonly number[];
  readonly times: readonly number[];
  readonly nowMs: number;
}

/**
 * Made once, before anything is measured. The waveforms come round again, under another patient
 * and of another second each time: to every check that Leadwire makes they are new.
 */
export function makeStamps(shape: FrameShape, nowMs: number): Stamp[] {
  return Array.from({ length: WAVEFORMS }, (_, i) => {
    const bytes = Buffer.from(frame(messageOf(twelveLeads(shape, i), nowMs)));
    const times = placesOf(bytes, secondsOf(nowMs));
    return { bytes, places: placesOf(bytes, PLACE), times, nowMs };
  });
}

/** Of its own for each connection, as one frame may still be on its way when the next is stamped. */
export function copyOf(stamp: Stamp): Stamp {
  return { ...stamp, bytes: Buffer.from(stamp.bytes) };
}

export function stampWith({ bytes, places, times, nowMs }: Stamp, number: number): Buffer {
  const text = `B${String(number).padStart(NUMBER_DIGITS, '0')}`;
  for (const at of places) bytes.write(text, at, 'latin1');
  const seconds = secondsOf(nowMs - number * 1_000);
  for (const at of times) bytes.write(seconds, at, 'latin1');
  return bytes;
}

/** As HL7 writes an instant, to the second. */
function secondsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14);
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

function messageOf(ecg: Ecg, nowMs: number): Uint8Array {
  const local = new Date(nowMs).toISOString().slice(0, 23);
  return toOru(
    {
      ecg,
      format: 'bench',
      patient: { authority: AUTHORITY, value: PLACE, others: [], name: null },
      encounter: { authority: AUTHORITY, value: PLACE },
      order: null,
      acquired: { local, offsetMinutes: 0 },
      birthDate: '1961-02-03',
      status: 'final',
      vendorStatements: [],
      vendorMeasurements: null,
    },
    {
      controlId: PLACE,
      sendingApplication: 'BENCH',
      sendingFacility: 'ED',
      receivingApplication: 'LEADWIRE',
      receivingFacility: 'HOSPITAL',
      sentAt: `${local.replace(/\D/g, '').slice(0, 14)}+0000`,
    },
  );
}

/** All twelve as recorded, as a cart sends them. */
export function twelveLeads({ sampleRateHz, seconds }: FrameShape, seed: number): Ecg {
  const condition = CONDITIONS[seed % CONDITIONS.length] ?? 'normal';
  const eight = simulateEcg({
    seed,
    condition,
    ageYears: 60,
    sex: 'female',
    sampleRateHz,
    seconds,
  });
  const made = createEcg({
    sampleRateHz,
    patient: { sex: 'female' },
    leads: eight.leads.map(({ name, samples }) => ({ name, microvolts: samples })),
  });
  if (!made.ok) throw new RangeError(made.failure.detail);
  return made.value;
}
