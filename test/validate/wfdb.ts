import { readFile } from 'node:fs/promises';

/** Just enough of WFDB to read LUDB: format 16 signals and MIT annotation files. */
export interface WfdbRecord {
  readonly sampleRateHz: number;
  readonly names: readonly string[];
  /** Microvolts, lead by lead. */
  readonly microvolts: readonly Float64Array[];
  readonly comments: readonly string[];
}

export interface WfdbAnnotation {
  readonly at: number;
  readonly symbol: string;
}

export async function readWfdbRecord(folder: string, record: string): Promise<WfdbRecord> {
  const header = await readFile(`${folder}/${record}.hea`, 'utf8');
  const lines = header.split(/\r?\n/).filter((line) => line !== '');
  const comments = lines.filter((line) => line.startsWith('#'));
  const [first, ...rest] = lines.filter((line) => !line.startsWith('#'));
  const [, leads = '0', rate = '0', samples = '0'] = (first ?? '').split(/\s+/);
  const count = Number(samples);
  const bytes = await readFile(`${folder}/${record}.dat`);
  const signals = rest.slice(0, Number(leads)).map((line) => signalLine(line));
  const microvolts = signals.map(({ gain, baseline }, k) =>
    Float64Array.from({ length: count }, (_, i) => {
      const raw = bytes.readInt16LE(2 * (i * signals.length + k));
      return (1000 * (raw - baseline)) / gain;
    }),
  );
  return { sampleRateHz: Number(rate), names: signals.map((s) => s.name), microvolts, comments };
}

function signalLine(line: string): { gain: number; baseline: number; name: string } {
  const [, format, gainText = '', , zero, , , , ...name] = line.split(/\s+/);
  if (format !== '16') throw new Error(`format ${format ?? 'absent'} is not read here`);
  const match = /^([\d.eE+-]+)(?:\((-?\d+)\))?\/mV$/.exec(gainText);
  if (!match) throw new Error(`gain ${gainText} is not read here`);
  return {
    gain: Number(match[1]),
    baseline: Number(match[2] ?? zero ?? 0),
    name: name.join(' '),
  };
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
