export type Format = 'hl7v2' | 'fhir-json';

const LOOKED_AT_BYTES_MAX = 256;

/** The format of some bytes by their beginning; what they are called is anybody's word. */
export function sniff(bytes: Uint8Array): Format | null {
  const beginning = String.fromCharCode(...bytes.subarray(0, LOOKED_AT_BYTES_MAX));
  const start = beginning.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  if (/^MSH[^A-Za-z0-9\s]/.test(start)) return 'hl7v2';
  return start.startsWith('{') ? 'fhir-json' : null;
}
