import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import { WFDB } from '../../src/formats/wfdb/decode.js';
import { parseHeader } from '../../src/formats/wfdb/header.js';

/** A record of WFDB with its samples, read as the product reads it. */
export interface WfdbRecord {
  readonly ecg: Ecg;
  readonly comments: readonly string[];
}

export interface WfdbAnnotation {
  readonly at: number;
  readonly symbol: string;
}

export function readWfdbRecord(folder: string, record: string): WfdbRecord {
  const bytes = readFileSync(`${folder}/${record}.hea`);
  const header = parseHeader(bytes);
  const reading = WFDB.decode(bytes, { sibling: (name) => readFileSync(`${folder}/${name}`) });
  if (!header.ok) throw new Error(`record ${record}: ${header.failure.detail}`);
  if (!reading.ok) throw new Error(`record ${record}: ${reading.failure.detail}`);
  return { ecg: reading.value.ecg, comments: header.value.comments };
}

/** Codes of the MIT format that LUDB uses. */
const SYMBOLS = new Map([
  [1, 'N'],
  [24, 'p'],
  [27, 't'],
  [39, '('],
  [40, ')'],
]);
const SKIP = 59;

export async function readAnnotations(path: string): Promise<readonly WfdbAnnotation[]> {
  const bytes = await readFile(path);
  const annotations: WfdbAnnotation[] = [];
  let at = 0;
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const word = bytes.readUInt16LE(i);
    const code = word >> 10;
    const value = word & 0x3ff;
    if (word === 0) break;
    if (code === SKIP) {
      at += (bytes.readUInt16LE(i + 2) << 16) | bytes.readUInt16LE(i + 4);
      i += 4;
    } else if (code === 63) {
      i += value + (value % 2);
    } else if (code < 60) {
      at += value;
      const symbol = SYMBOLS.get(code);
      if (symbol !== undefined) annotations.push({ at, symbol });
    }
  }
  return annotations;
}
