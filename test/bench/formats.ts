import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import dcmjs from 'dcmjs';
import { XMLParser } from 'fast-xml-parser';
import { Message } from 'node-hl7-client';
import { decodeEcg } from '../../src/formats/decode.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { carriers, files, type EcgFile } from '../support/ecg-files.js';
import { ENVELOPE } from '../support/envelope.js';
import { findPython } from '../support/find-python.js';
import { sampleReading } from '../support/reading.js';
import { sharedPath } from '../support/shared.js';
import { percentile } from './statistics.js';

/** One format: how long ours takes from bytes to a reading, beside floors and others' programs. */
interface FormatRow {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly run: () => unknown;
  readonly rivals: readonly Rival[];
}

interface Rival {
  readonly name: string;
  /** Work in this process, or a program of its own that answers with its CPU time in ms. */
  readonly run: (() => unknown) | { readonly cpuMs: () => number | null };
}

interface MeasuredRow {
  readonly name: string;
  readonly byteCount: number;
  readonly ours: number;
  readonly rivals: readonly { readonly name: string; readonly ms: number | null }[];
}

/** As a service that has run for a while: before, half of the time goes into compiling. */
const WARM_UP_RUNS = 400;
const RUNS_MAX = 200;
/** A slow rival is measured less often. */
const MEASURED_MS_MAX = 1_500;
const PROGRAM_MS_MAX = 60_000;

function measureFormats(rows: readonly FormatRow[], smoke: boolean): MeasuredRow[] {
  const medianMs = smoke ? onceCpuMs : medianCpuMs;
  return rows.map(({ name, bytes, run, rivals }) => ({
    name,
    byteCount: bytes.length,
    ours: medianMs(run),
    rivals: rivals.map((rival) => ({
      name: rival.name,
      ms: typeof rival.run === 'function' ? medianMs(rival.run) : rival.run.cpuMs(),
    })),
  }));
}

function renderFormats(rows: readonly MeasuredRow[]): string {
  const lines = rows.map(({ name, byteCount, ours, rivals }) => {
    const beside = rivals
      .map((rival) => `${rival.name} ${rival.ms === null ? 'not here' : rival.ms.toFixed(2)}`)
      .join(', ');
    return `| ${name} | ${(byteCount / 1000).toFixed(0)} kB | ${ours.toFixed(2)} | ${beside} |`;
  });
  return [
    '| format | size | ours, median CPU ms | floor and rivals |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** That every row still runs is all that a smoke run wants to know. */
function onceCpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function medianCpuMs(run: () => unknown): number {
  const beganMs = performance.now();
  const isLate = (): boolean => performance.now() - beganMs > MEASURED_MS_MAX;
  for (let i = 0; i < WARM_UP_RUNS && !isLate(); i += 1) run();
  const times: number[] = [];
  while (times.length < 5 || (times.length < RUNS_MAX && !isLate())) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return percentile(times, 0.5);
}

const SIZE = Object.freeze({ count: 5000 });

function carrierRows(): FormatRow[] {
  const millivolts = toOru(sampleReading(SIZE), { ...ENVELOPE, amplitudeUnit: 'millivolt' });
  const rows = carriers(SIZE).map((file) => ours(file, carrierRivals(file)));
  const inMillivolts = {
    name: 'HL7 v2, a NA row a lead, mV',
    bytes: millivolts,
    decode: () => decodeEcg(millivolts),
  };
  return [...rows, ours(inMillivolts, [])];
}

function carrierRivals({ name, bytes }: EcgFile): Rival[] {
  const buffer = Buffer.from(bytes);
  if (name === 'HL7 v2, a NA row a lead') return hl7Rivals(buffer);
  if (name !== 'FHIR SampledData') return [];
  return [
    { name: 'JSON.parse alone', run: () => JSON.parse(buffer.toString('utf8')) as unknown },
    { name: 'JSON.parse, split and Number', run: () => splitObservation(buffer) },
  ];
}

function fileRows(): FormatRow[] {
  const sierra = sharedPath('samples', 'philips-sierra', 'sierra-1.04.xml');
  const recorded: EcgFile[] = [];
  if (sierra !== null) {
    const bytes = readFileSync(sierra);
    recorded.push({ name: 'Philips Sierra XML, recorded', bytes, decode: () => decodeEcg(bytes) });
  }
  return [...files(SIZE), ...recorded].map((file) => ours(file, fileRivals(file)));
}

/** By the byte order mark: Philips writes UTF-16. */
function isUtf16(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xfe;
}

function fileRivals({ name, bytes }: EcgFile): Rival[] {
  const buffer = Buffer.from(bytes);
  if (name.includes('XML') || name.includes('aECG')) {
    const parser = new XMLParser({ processEntities: false, ignoreAttributes: false });
    return [
      {
        name: 'fast-xml-parser alone',
        run: () => parser.parse(buffer.toString(isUtf16(buffer) ? 'utf16le' : 'latin1')) as unknown,
      },
    ];
  }
  if (!name.startsWith('DICOM')) return [];
  const whole = new Uint8Array(bytes).buffer;
  return [{ name: 'dcmjs alone', run: () => dcmjs.data.DicomMessage.readFile(whole) }];
}

function ours({ name, bytes, decode }: EcgFile, rivals: readonly Rival[]): FormatRow {
  return {
    name,
    bytes,
    run: () => decode(bytes),
    rivals: [{ name: 'bare byte scan', run: () => byteScan(bytes) }, ...rivals],
  };
}

/** What hospitals send, each beside the floor and what others wrote. */
export function formatsTable(smoke: boolean): string {
  return renderFormats(measureFormats([...carrierRows(), ...fileRows()], smoke));
}

function byteScan(bytes: Uint8Array): number {
  let separators = 0;
  for (let i = 0; i < bytes.length; i += 1) if (bytes[i] === 0x5e) separators += 1;
  return separators;
}

function hl7Rivals(bytes: Buffer): Rival[] {
  return [
    { name: "node-hl7-client's parser and split", run: () => splitByHl7Client(bytes) },
    { name: 'python-hl7', run: { cpuMs: () => pythonHl7CpuMs(bytes) } },
  ];
}

function splitByHl7Client(bytes: Buffer): number[][] {
  const message = new Message({ text: bytes.toString('utf8') });
  const samples: number[][] = [];
  message.get('OBX').forEach((segment) => {
    const [, , type, , , value = ''] = segment.toString().split('|');
    if (type === 'NA') samples.push(value.split('^').map(Number));
  });
  return samples;
}

function splitObservation(bytes: Buffer): number[][] {
  const { component } = JSON.parse(bytes.toString('utf8')) as {
    component: { valueSampledData: { data: string } }[];
  };
  return component.map(({ valueSampledData }) => valueSampledData.data.split(' ').map(Number));
}

const PYTHON_HL7 = `
import sys, time
import hl7
text = sys.stdin.buffer.read().decode('utf-8')
times = []
for _ in range(5):
    before = time.process_time()
    message = hl7.parse(text)
    leads = [[float(str(one[0])) for one in row[5][0]] for row in message.segments('OBX') if str(row[2]) == 'NA']
    times.append(1000 * (time.process_time() - before))
assert len(leads) == 12 and len(leads[0]) == 5000
print(sorted(times)[2])
`;

function pythonHl7CpuMs(bytes: Buffer): number | null {
  const python = findPython('hl7');
  if (python === null) return null;
  const { status, stdout } = spawnSync(python, ['-c', PYTHON_HL7], {
    input: bytes,
    timeout: PROGRAM_MS_MAX,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return status === 0 ? Number(stdout) : null;
}
