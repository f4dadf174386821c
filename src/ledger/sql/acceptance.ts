import { packWaveform, unpackWaveform } from '../../core/ecg/pack.js';
import type { Ecg } from '../../core/ecg/ecg.js';
import { FailureError, type Failure } from '../../core/failure.js';
import type { Arrival, AssessUnder, EcgEntry, Verdict } from '../ledger.js';
import { fingerprintOf, newReceiptId, peakOf, sha256Of } from '../identity.js';
import { boundedText, NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX } from './text.js';

/**
 * One arrival as it is written down: all that is needed to make its rows, now or from the journal
 * after the database was lost. Applying it twice, or in another process, gives the same rows.
 */
export interface AcceptanceEntry {
  readonly kind: 'accepted' | 'fetched';
  /** Set where the sender's message stands already: then this is a repeat and brings nothing. */
  readonly repeatOf?: Repeated;
  readonly receiptId: string;
  readonly arrival: Omit<Arrival, 'bytes'>;
  readonly contentSha256: string;
  readonly byteLength: number;
  readonly verdict: WrittenVerdict;
  readonly under: AssessUnder;
  /** The assessment is named after its ECG alone; entries of a version before have no such word. */
  readonly namedByEcg?: true;
}

export interface Repeated {
  readonly receiptId: string;
  readonly ecgId: string | null;
  readonly answer: string | null;
}

export type WrittenVerdict =
  | { readonly outcome: 'ecg'; readonly ecg: WrittenEcg; readonly warning: Failure | null }
  | Exclude<Verdict, { outcome: 'ecg' }>;

/** An EcgEntry as JSON text can hold it. */
export interface WrittenEcg {
  readonly about: WrittenAbout;
  readonly fingerprint: string;
  /** Base64 of packWaveform. */
  readonly waveform: string;
  /** Null where the recording could be anybody's; entries of a version before have none. */
  readonly peakMicrovolts?: number | null;
}

export interface WrittenAbout extends Omit<EcgEntry, 'ecg' | 'vendorMeasurements'> {
  readonly ecg: Omit<Ecg, 'leads' | 'extraLeads'>;
  readonly vendorMeasurements?: EcgEntry['vendorMeasurements'];
}

export function toAcceptance(
  arrival: Arrival,
  verdict: Verdict,
  under: AssessUnder,
  receiptId: string | null = null,
): AcceptanceEntry {
  const { bytes, ...beside } = arrival;
  return {
    kind: receiptId === null ? 'accepted' : 'fetched',
    receiptId: receiptId ?? newReceiptId(arrival.receivedAtMs),
    arrival: {
      ...beside,
      sender: boundedText(beside.sender, NAME_CHARACTERS_MAX),
      messageId:
        beside.messageId === null ? null : boundedText(beside.messageId, NAME_CHARACTERS_MAX),
      contentType: boundedText(beside.contentType, NAME_CHARACTERS_MAX),
    },
    contentSha256: sha256Of(bytes),
    byteLength: bytes.length,
    verdict: toWrittenVerdict(verdict),
    under,
    namedByEcg: true,
  };
}

function toWrittenVerdict(verdict: Verdict): WrittenVerdict {
  if (verdict.outcome === 'to-fetch') {
    return { ...verdict, reference: boundedText(verdict.reference, TEXT_CHARACTERS_MAX) };
  }
  if (verdict.outcome !== 'ecg') return verdict;
  return { outcome: 'ecg', ecg: toWrittenEcg(verdict.ecg), warning: verdict.warning };
}

export function toWrittenEcg(entry: EcgEntry): WrittenEcg {
  const { sampleRateHz, sampleCount, patient, device, filters } = entry.ecg;
  const packed = packWaveform(entry.ecg);
  return {
    about: { ...entry, ecg: { sampleRateHz, sampleCount, patient, device, filters } },
    fingerprint: fingerprintOf(entry.ecg),
    peakMicrovolts: peakOf(entry.ecg),
    waveform: Buffer.from(packed.buffer, packed.byteOffset, packed.length).toString('base64'),
  };
}

/** Our own bytes: what cannot be read here was damaged on our disk, and is said loudly. */
export function readWrittenEcg(about: WrittenAbout, waveform: string): EcgEntry {
  const ecg = unpackWaveform(Buffer.from(waveform, 'base64'), about.ecg);
  if (!ecg.ok) throw new FailureError(ecg.failure);
  // Rows of a version that kept no measurements have none.
  return { vendorMeasurements: null, ...about, ecg: ecg.value };
}
