/** A message or resource that may carry an ECG, in rows of its own or as a file inside. */
export type Carrier = 'hl7v2' | 'fhir-json';

const LOOKED_AT_BYTES_MAX = 256;

/** The carrier by the beginning of the bytes; null for a file, or for nothing that is known. */
export function sniffCarrier(bytes: Uint8Array): Carrier | null {
  const beginning = String.fromCharCode(...bytes.subarray(0, LOOKED_AT_BYTES_MAX));
  const start = beginning.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^(MSH|FHS|BHS)[^A-Za-z0-9\s]/.test(start)) return 'hl7v2';
  return start.startsWith('{') ? 'fhir-json' : null;
}
