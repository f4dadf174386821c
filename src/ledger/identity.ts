import { createHash, randomBytes } from 'node:crypto';
import { INDEPENDENT_LEADS } from '../core/ecg/lead.js';
import { leadOf, MISSING, type Ecg } from '../core/ecg/ecg.js';
import { isOneSignal } from '../core/signal/one-signal.js';
import type { Identifier } from '../core/ecg/reading.js';
import type { AssessUnder, NewDelivery } from './ledger.js';
import type { Outcome } from './outcomes.js';

/**
 * Ids follow from what they name, so that the same thing has the same id after a rebuild, on another
 * machine and in a second process at the same instant. Only a receipt is new each time.
 */
const ID_HEX = 32;

function idOf(kind: string, ...parts: readonly (string | number | null)[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, ...parts]))
    .digest('hex');
  return `${kind}-${digest.slice(0, ID_HEX)}`;
}

/** Whole microvolts of the leads that hold all the information: the recording itself. */
export function fingerprintOf(ecg: Ecg): string {
  const hash = createHash('sha256').update(`${ecg.sampleRateHz}:${ecg.sampleCount}`);
  for (const name of INDEPENDENT_LEADS) {
    const { samples } = leadOf(ecg, name);
    const bytes = samples instanceof Int16Array ? samples : samples.slice();
    hash.update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
  return hash.digest('hex').slice(0, ID_HEX);
}

/** Less than this in every lead is no heart that a recording could be known by. */
const PEAK_MICROVOLTS_MIN = 200;

/** The largest deflection of any lead; null where the signal is nobody's in particular. */
export function peakOf(ecg: Ecg): number | null {
  let peak = 0;
  for (const name of INDEPENDENT_LEADS) {
    const { samples } = leadOf(ecg, name);
    for (let i = 0; i < samples.length; i += 1) {
      const value = samples[i] as number;
      if (value !== MISSING && Math.abs(value) > peak) peak = Math.abs(value);
    }
  }
  return peak < PEAK_MICROVOLTS_MIN || isOneSignal(ecg) ? null : peak;
}

/** A patient's key at a length that an index can hold, whatever a sender wrote. */
export function patientIdOf(patientKey: string): string {
  return idOf('patient', patientKey);
}

/** An order's number, as one key at a length that an index can hold. */
export function orderKeyOf({ authority, value }: Identifier): string {
  return idOf('order', authority, value);
}

export function ecgIdOf(
  patientKey: string | null,
  instantMs: number | null,
  fingerprint: string,
  /** Counts how often this very ECG had ended before it came anew. */
  generation = 0,
): string {
  return generation === 0
    ? idOf('ecg', patientKey, instantMs, fingerprint)
    : idOf('ecg', patientKey, instantMs, fingerprint, generation);
}

/**
 * An ECG is assessed once, so its assessment is named after it alone: an ECG that comes again after a
 * restore, when other models or another policy are in force, finds its result standing. Journals of a
 * version before hold entries whose assessment was named after models and policy too.
 */
export function assessmentIdOf(ecgId: string, under: AssessUnder | null = null): string {
  return under === null
    ? idOf('assessment', ecgId)
    : idOf('assessment', ecgId, under.modelSet, under.policyVersion);
}

export function deliveryIdOf(
  assessmentId: string,
  { destination, kind }: NewDelivery,
  /** Counts deliveries of a kind that is told again at each change. */
  step: number | null = null,
): string {
  return step === null
    ? idOf('delivery', assessmentId, destination, kind)
    : idOf('delivery', assessmentId, destination, kind, step);
}

export function alertIdOf(assessmentId: string, findingIds: readonly string[]): string {
  return idOf('alert', assessmentId, ...[...findingIds].sort());
}

/** What was said, by whom and when: told twice it is one word. */
export function outcomeIdOf(outcome: Outcome): string {
  const { ecgId, findingId, says, by, source, code, atMs } = outcome;
  return idOf('outcome', ecgId, findingId, says, by, source, code, atMs);
}

/** Ids of later receipts sort after earlier ones: 48 bits of milliseconds, then chance. */
export function newReceiptId(nowMs: number): string {
  return `receipt-${nowMs.toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A name as the 32-bit number that an advisory lock wants; a collision only makes two wait. */
export function lockNumberOf(name: string): number {
  return createHash('sha256').update(name).digest().readInt32BE(0);
}
