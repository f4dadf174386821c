import { MISSING } from '../../core/ecg/ecg.js';
import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import { decodeBase64 } from '../base64.js';
import { leadLabel } from '../channels.js';
import { parseDecimal, parseLocalDecimal } from '../decimal.js';
import { timesPowerOfTen } from '../numbers.js';
import { microvoltExponent } from '../units.js';
import { crc32 } from './crc32.js';
import { childOf, contentOf, isTangled, textOf, type XmlElement } from '../xml/tree.js';

/** Whether the samples give the checksum beside them; `none` where no sum stands there. */
export type Checksum = 'fits' | 'differs' | 'none';

/** One lead of a waveform, as yet without the others. */
export interface MuseLead {
  readonly label: string;
  readonly microvolts: Float64Array;
  /** Samples of the waveform that pass before the first of this lead. */
  readonly from: number;
  readonly checksum: Checksum;
  /** When the lead begins, in the unit of the file, which no two leads may disagree on. */
  readonly timeOffset: number;
}

/** Powers of ten that make microvolts of the words MUSE has for a unit. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['VOLTS', 6],
  ['VOLT', 6],
  ['V', 6],
  ['MICROVOLTS', 0],
  ['MICROVOLT', 0],
  ['UV', 0],
  ['MILLIVOLTS', 3],
  ['MILLIVOLT', 3],
  ['MV', 3],
  ['NANOVOLTS', -3],
  ['NANOVOLT', -3],
  ['NV', -3],
]);
const BYTES_PER_SAMPLE = 2;
/** The smallest 16-bit number stands where the recorder had no sample. */
const NO_SAMPLE = -32768;

/**
 * Little-endian 16-bit numbers in base64, each worth so many units; null for an unknown lead and for
 * one that was not recorded.
 */
export function leadIn(element: XmlElement): Result<MuseLead | null> {
  if (isTangled(element, ['LeadID', 'WaveFormData'])) {
    return refuse('encoding-broken', 'two leads stand in one');
  }
  const label = leadLabel(textOf(childOf(element, 'LeadID')));
  if (label === null || isEmpty(element)) return ok(null);
  const scale = scaleOf(element, label);
  if (!scale.ok) return scale;
  const data = childOf(element, 'WaveFormData');
  const { bytes, start, end } = data ? contentOf(data) : NOTHING;
  const decoded = decodeBase64(bytes, start, end);
  if (!decoded) return refuse('encoding-broken', `lead ${label} is not in base64`);
  const fault = faultIn(element, label, decoded);
  if (fault) return { ok: false, failure: fault };
  const from = numberIn(element, 'LeadOffsetFirstSample') ?? 0;
  if (!Number.isInteger(from) || from < 0) {
    return refuse('encoding-broken', `lead ${label} begins at no sample`);
  }
  return ok({
    label,
    microvolts: microvoltsOf(decoded, scale.value),
    from,
    checksum: checksumOf(element, decoded),
    timeOffset: numberIn(element, 'LeadTimeOffset') ?? 0,
  });
}

const NOTHING = { bytes: new Uint8Array(0), start: 0, end: 0 };

/** A lead of the recorder's list without samples, which it does not count either. */
function isEmpty(element: XmlElement): boolean {
  const told = numberIn(element, 'LeadSampleCountTotal') ?? 0;
  return told === 0 && textOf(childOf(element, 'WaveFormData')) === '';
}

function scaleOf(element: XmlElement, label: string): Result<number> {
  const unit = textOf(childOf(element, 'LeadAmplitudeUnits'));
  // Microvolts are what the definition of the format assumes.
  const exponent = unit === '' ? 0 : (UNITS.get(unit.toUpperCase()) ?? microvoltExponent(unit));
  if (exponent === null) {
    return refuse('unit-unknown', `lead ${label} is in no unit of voltage`);
  }
  const perBit = parseLocalDecimal(textOf(childOf(element, 'LeadAmplitudeUnitsPerBit')));
  // A step below nought would turn the lead upside down.
  if (perBit === null || perBit <= 0) {
    return refuse('unit-unknown', `lead ${label} has no step above zero`);
  }
  return ok(timesPowerOfTen(perBit, exponent));
}

function numberIn(element: XmlElement, name: string): number | null {
  return parseDecimal(textOf(childOf(element, name)));
}

/** What the file says of its own samples has to hold. */
function faultIn(element: XmlElement, label: string, decoded: Uint8Array): Failure | null {
  const size = numberIn(element, 'LeadSampleSize') ?? BYTES_PER_SAMPLE;
  if (size !== BYTES_PER_SAMPLE) {
    return refuse('encoding-unknown', `lead ${label} has samples of another size`).failure;
  }
  const sampleCount = decoded.length / BYTES_PER_SAMPLE;
  const told = [
    numberIn(element, 'LeadSampleCountTotal') ?? sampleCount,
    (numberIn(element, 'LeadByteCountTotal') ?? decoded.length) / BYTES_PER_SAMPLE,
  ];
  const other = told.find((count) => count !== sampleCount);
  if (other === undefined) return null;
  const detail = `lead ${label} has ${sampleCount} samples, and says it has ${other}`;
  return refuse('sample-count-differs', detail).failure;
}

/**
 * CRC-32 of the decoded bytes, as an export of MUSE 9 has it. Writers that compute none leave it out
 * or write nought.
 */
function checksumOf(element: XmlElement, decoded: Uint8Array): Checksum {
  const sum = textOf(childOf(element, 'LeadDataCRC32'));
  if (!/^-?\d{1,10}$/.test(sum) || Number(sum) === 0) return 'none';
  return Number(sum) >>> 0 === crc32(decoded) ? 'fits' : 'differs';
}

function microvoltsOf(decoded: Uint8Array, scale: number): Float64Array {
  const view = new DataView(decoded.buffer, decoded.byteOffset, decoded.byteLength);
  const values = new Float64Array(decoded.length / BYTES_PER_SAMPLE);
  for (let i = 0; i < values.length; i += 1) {
    const value = view.getInt16(BYTES_PER_SAMPLE * i, true);
    values[i] = value === NO_SAMPLE ? MISSING : value * scale;
  }
  return values;
}
