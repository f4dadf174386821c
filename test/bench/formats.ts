import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { Message } from 'node-hl7-client';
import { decodeEcg } from '../../src/formats/decode.js';
import { toObservation } from '../../src/formats/fhir/write.js';
import { toOru } from '../../src/formats/hl7v2/write.js';
import { toOruW01 } from '../../src/formats/hl7v2/write-waves.js';
import { sampleReading } from '../support/reading.js';
import { percentile } from './statistics.js';

/** One format: how long ours takes from bytes to a reading, beside floors and others' programs. */
export interface FormatRow {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly run: () => unknown;
  readonly rivals: readonly Rival[];
}

export interface Rival {
  readonly name: string;
  /** Work in this process, or a program of its own that answers with its CPU time in ms. */
  readonly run: (() => unknown) | { readonly cpuMs: () => number | null };
}

export interface MeasuredRow {
  readonly name: string;
  readonly byteCount: number;
  readonly ours: number;
  readonly rivals: readonly { readonly name: string; readonly ms: number | null }[];
}

const WARM_UP_RUNS = 60;
const RUNS_MAX = 200;
/** A slow rival is measured less often. */
const MEASURED_MS_MAX = 1_500;
const PROGRAM_MS_MAX = 60_000;

export function measureFormats(rows: readonly FormatRow[]): MeasuredRow[] {
  return rows.map(({ name, bytes, run, rivals }) => ({
    name,
    byteCount: bytes.length,
    ours: medianCpuMs(run),
    rivals: rivals.map((rival) => ({
      name: rival.name,
      ms: typeof rival.run === 'function' ? medianCpuMs(rival.run) : rival.run.cpuMs(),
    })),
  }));
}

export function renderFormats(rows: readonly MeasuredRow[]): string {
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

const reading = sampleReading({ count: 5000 });
const ENVELOPE = {
  controlId: 'M1',
  sendingApplication: 'CART',
  sendingFacility: 'ED',
  receivingApplication: 'LEADWIRE',
  receivingFacility: 'HOSP',
  sentAt: '20260131120000',
};

export function carrierRows(): FormatRow[] {
  const oru = Buffer.from(toOru(reading, ENVELOPE));
  const millivolts = Buffer.from(toOru(reading, { ...ENVELOPE, amplitudeUnit: 'millivolt' }));
  const blocks = Buffer.from(toOruW01(reading, ENVELOPE, 'NA'));
  const multiplexed = Buffer.from(toOruW01(reading, ENVELOPE, 'MA'));
  const fhir = Buffer.from(JSON.stringify(toObservation(reading)));
  const ours = (name: string, bytes: Buffer, rivals: readonly Rival[]): FormatRow => ({
    name,
    bytes,
    run: () => decodeEcg(bytes),
    rivals: [{ name: 'bare byte scan', run: () => byteScan(bytes) }, ...rivals],
  });
  return [
    ours('HL7 v2, a NA row a lead, uV', oru, hl7Rivals(oru)),
    ours('HL7 v2, a NA row a lead, mV', millivolts, []),
    ours('HL7 v2.3 W01, NA', blocks, []),
    ours('HL7 v2.3 W01, MA', multiplexed, []),
    ours('FHIR SampledData', fhir, [
      { name: 'JSON.parse alone', run: () => JSON.parse(fhir.toString('utf8')) as unknown },
      { name: 'JSON.parse, split and Number', run: () => splitObservation(fhir) },
    ]),
  ];
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

/** Debian's package belongs to the system's Python, whatever other one the path begins with. */
function pythonHl7CpuMs(bytes: Buffer): number | null {
  for (const python of ['/usr/bin/python3', 'python3']) {
    const { status, stdout } = spawnSync(python, ['-c', PYTHON_HL7], {
      input: bytes,
      timeout: PROGRAM_MS_MAX,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    if (status === 0) return Number(stdout);
  }
  return null;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(`${renderFormats(measureFormats(carrierRows()))}\n`);
}
