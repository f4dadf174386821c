import { readHeader } from './header.js';

export interface Acknowledgement {
  /** MSA-1: AA, AE, AR, CA, CE or CR. */
  readonly code: string;
  /** MSA-2 byte for byte: MSH-10 of the message that is answered. */
  readonly controlId: string;
}

const SEGMENTS_MAX = 50;

/** Reads an answer byte for byte, in any version and character set; null where it is none. */
export function readAcknowledgement(bytes: Uint8Array): Acknowledgement | null {
  const header = readHeader(bytes);
  if (!header) return null;
  let text = '';
  for (const byte of bytes.subarray(0, 64 * 1024)) text += String.fromCharCode(byte);
  const segments = text.split(/[\r\n]+/, SEGMENTS_MAX);
  const msa = segments.find((one) => one.startsWith(`MSA${header.field(1)}`));
  if (msa === undefined) return null;
  const [, code = '', controlId = ''] = msa.split(header.field(1));
  return code === '' ? null : { code: code.trim(), controlId };
}
