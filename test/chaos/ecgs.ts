import type { Ecg } from '../../src/core/ecg/ecg.js';
import { withPatient } from '../../src/core/ecg/ecg.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { CONDITIONS, simulateEcg } from '../support/simulated.js';

/** One ECG of one patient who has no other, in the words of both doors. */
export interface ChaosEcg {
  /** The patient's number. */
  readonly key: string;
  readonly oru: Uint8Array;
  readonly observation: string;
}

export const AUTHORITY = 'urn:oid:2.25.77';
const WAVEFORMS = 6;
/** Half the usual rate: the road through the service is the same and costs half. */
const SAMPLE_RATE_HZ = 250;
const HOUR_MS = 3_600_000;

/** Makes ECGs that differ in patient and time; their waveforms come round again. */
export class EcgSource {
  readonly #prefix: string;
  readonly #startMs: number;
  readonly #waveforms: readonly Ecg[];
  #made = 0;

  constructor(seed: number, nowMs: number) {
    this.#prefix = `C${seed}`;
    this.#startMs = Math.floor(nowMs / 1000) * 1000 - 3 * HOUR_MS;
    this.#waveforms = Array.from({ length: WAVEFORMS }, (_, i) => {
      const condition = CONDITIONS[i % CONDITIONS.length] ?? 'normal';
      const sampleRateHz = SAMPLE_RATE_HZ;
      return simulateEcg({ seed: seed + i, condition, ageYears: 60, sex: 'female', sampleRateHz });
    });
  }

  next(): ChaosEcg {
    this.#made += 1;
    const key = `${this.#prefix}-${this.#made}`;
    const atMs = this.#startMs + this.#made * 1000;
    const reading = this.#reading(key, atMs);
    return {
      key,
      oru: toOru(reading, {
        controlId: key,
        sendingApplication: 'CART',
        sendingFacility: 'ED',
        receivingApplication: 'LEADWIRE',
        receivingFacility: 'HOSPITAL',
        sentAt: new Date(atMs).toISOString().replace(/[-T:]|\..*/g, ''),
      }),
      observation: JSON.stringify(toObservation(reading)),
    };
  }

  #reading(key: string, atMs: number): Reading {
    const waveform = this.#waveforms[this.#made % WAVEFORMS];
    if (!waveform) throw new RangeError('no waveforms');
    return {
      // Age and sex are told by the patient's birth date, as both formats carry it.
      ecg: withPatient(waveform, { ageYears: null, sex: 'female' }),
      format: 'chaos',
      patient: { authority: AUTHORITY, value: key, others: [], name: null },
      encounter: null,
      order: null,
      acquired: { local: new Date(atMs).toISOString().slice(0, -1), offsetMinutes: 0 },
      birthDate: '1961-02-03',
      status: 'final',
      vendorStatements: [],
      vendorMeasurements: null,
    };
  }
}
