import type { Reading } from '../../core/ecg/reading.js';

/** One ECG on its way out. The same control id again is the same message again. */
export interface Shipment {
  readonly reading: Reading;
  readonly controlId: string;
}

/** Bytes as they travel: made of a reading, taken from a file, or spoilt on purpose. */
export interface Load {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** What the other side said. */
export interface Answer {
  /** MSA-1, an HTTP status, or `written` for a folder. */
  readonly code: string;
  readonly accepted: boolean;
  /** A warning or the reason of a refusal, in words. */
  readonly told: string | null;
  /** Where the door tells it. */
  readonly receiptId: string | null;
  /** `Observation/5/_history/1` at an EHR, a path in a folder. */
  readonly place: string | null;
}

/** A road that ECGs take: how a reading is written for it, and how bytes are carried. */
export interface Way {
  readonly name: string;
  /** As a person says it. */
  readonly title: string;
  /** False where bytes can be carried, but a reading cannot be written. */
  readonly canLoad: boolean;
  load(shipment: Shipment): Load;
  carry(load: Load): Promise<Answer>;
}

export const HL7_TYPE = 'x-application/hl7-v2+er7';
export const FHIR_TYPE = 'application/fhir+json';
export const ANSWER_MS_MAX = 30_000;
