import { createEcg, MISSING, type LeadInput } from '../../core/ecg/ecg.js';
import { parseExtraLead, parseLead, type ExtraLeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { DecodeHints, FileFormat } from '../format.js';
import { SAMPLES_MAX } from '../numbers.js';
import { microvoltExponent } from '../units.js';
import { ageIn, sexIn, statementsIn } from './comments.js';
import { looksLikeHeader, parseHeader, type WfdbHeader, type WfdbSignal } from './header.js';
import { SAMPLE_FORMATS, samplesIn, type SampleFormat } from './samples.js';

const WFDB_FORMAT = 'wfdb';

/** A WFDB record by its header; the file of its samples is asked for by name. */
export const WFDB: FileFormat = {
  name: WFDB_FORMAT,
  recognises: looksLikeHeader,
  decode: decodeWfdb,
};

function decodeWfdb(bytes: Uint8Array, hints: DecodeHints): Result<Reading> {
  const header = parseHeader(bytes);
  if (!header.ok) return header;
  const { sampleRateHz, recordedAt, comments } = header.value;
  const leads = leadsOf(header.value, hints);
  if (!leads.ok) return leads;
  const ecg = createEcg({
    ...leads.value,
    sampleRateHz,
    patient: { ageYears: ageIn(comments), sex: sexIn(comments) },
  });
  if (!ecg.ok) return ecg;
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: WFDB_FORMAT,
      patient: null,
      encounter: null,
      order: null,
      acquired: recordedAt,
      birthDate: null,
      status: 'final',
      vendorStatements: statementsIn(comments),
      vendorMeasurements: null,
    }),
  );
}

interface Leads {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
}

function leadsOf(header: WfdbHeader, hints: DecodeHints): Result<Leads> {
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  const files = new Map<string, Uint8Array>();
  for (const [index, signal] of header.signals.entries()) {
    const name = parseLead(signal.description);
    const extra = name === null ? parseExtraLead(signal.description) : null;
    if (name === null && extra === null) continue;
    const location = `signal ${index + 1}`;
    const file = fileOf(signal, files, hints, location);
    if (!file.ok) return file;
    const samples = microvoltsOf(header, index, file.value, location);
    if (!samples.ok) return samples;
    if (name !== null) leads.push({ name, microvolts: samples.value });
    else if (extra !== null) extraLeads.push({ name: extra, microvolts: samples.value });
  }
  return leads.length > 0
    ? ok({ leads, extraLeads })
    : refuse('lead-unknown', 'no signal of the record names one of the twelve leads');
}

/** A name with a path in it could reach out of the folder that the record is in. */
const BARE_NAME = /^(?!\.{1,2}$)[\w.+-]{1,128}$/;

function fileOf(
  { fileName }: WfdbSignal,
  files: Map<string, Uint8Array>,
  hints: DecodeHints,
  location: string,
): Result<Uint8Array> {
  if (!BARE_NAME.test(fileName)) {
    return refuse('pointer-not-followed', 'the signal is in a file of another folder', {
      location,
    });
  }
  const file = files.get(fileName) ?? hints.sibling?.(fileName) ?? null;
  if (file === null) {
    return refuse('pointer-not-followed', 'the file of the samples did not come with the header', {
      location,
    });
  }
  files.set(fileName, file);
  return ok(file);
}

/**
 * Signals that name the same file stand in it sample by sample, and their lines follow each other:
 * null where they do not, since every such line would unpack the whole file once more.
 */
function groupOf(
  signals: readonly WfdbSignal[],
  index: number,
): { readonly start: number; readonly size: number } | null {
  const isSame = ({ fileName }: WfdbSignal) => fileName === signals[index]?.fileName;
  const start = signals.findIndex(isSame);
  const size = signals.filter(isSame).length;
  return signals.slice(start, start + size).every(isSame) ? { start, size } : null;
}

function microvoltsOf(
  header: WfdbHeader,
  index: number,
  file: Uint8Array,
  location: string,
): Result<Float64Array> {
  const signal = header.signals[index] as WfdbSignal;
  const format = SAMPLE_FORMATS.get(signal.format);
  if (!format)
    return refuse('encoding-unknown', 'a sample format that is not read here', { location });
  const exponent = microvoltExponent(signal.unit.replace(/_+$/, ''));
  if (exponent === null || signal.gain === null) {
    return refuse('unit-unknown', 'the signal is not calibrated in volts', { location });
  }
  const group = groupOf(header.signals, index);
  const first = header.signals[group?.start ?? index];
  if (!group || first?.format !== signal.format) {
    return refuse('encoding-broken', 'the signals of one file are not in one piece', { location });
  }
  const { start, size } = group;
  const inFile = Math.floor(samplesIn(format, file.length - first.byteOffset) / size);
  const count = header.sampleCount ?? inFile;
  if (count > inFile || count > SAMPLES_MAX) {
    return refuse('sample-count-differs', 'the file has fewer samples than the header says', {
      location,
    });
  }
  const place = { byteOffset: first.byteOffset, first: index - start, every: size, count };
  const steps = stepsIn(file, format, place);
  if (!agrees(steps, signal)) {
    return refuse('encoding-broken', 'the samples are not those that the header was made for', {
      location,
    });
  }
  const { baseline, gain } = signal;
  const microvoltsPerUnit = 10 ** exponent;
  for (let i = 0; i < count; i += 1) {
    const step = steps[i] as number;
    steps[i] = step === format.missing ? MISSING : ((step - baseline) * microvoltsPerUnit) / gain;
  }
  return ok(steps);
}

interface Place {
  readonly byteOffset: number;
  readonly first: number;
  readonly every: number;
  readonly count: number;
}

function stepsIn(file: Uint8Array, format: SampleFormat, place: Place): Float64Array {
  const { byteOffset, first, every, count } = place;
  const steps = new Float64Array(count);
  for (let i = 0; i < count; i += 1) steps[i] = format.at(file, byteOffset, i * every + first);
  return steps;
}

/** The checksum is the sum of all samples in sixteen bits. Two zeros are a writer's that made none. */
function agrees(steps: Float64Array, { initialValue, checksum }: WfdbSignal): boolean {
  if (initialValue === 0 && checksum === 0) return true;
  if (initialValue !== null && steps.length > 0 && steps[0] !== initialValue) return false;
  if (checksum === null) return true;
  let sum = 0;
  for (const step of steps) sum = (sum + step) | 0;
  return (sum - checksum) % 65_536 === 0;
}
