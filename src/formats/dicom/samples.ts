import { ECG_LIMITS, MISSING } from '../../core/ecg/ecg.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { wholeMicrovolts } from '../traces.js';
import type { Scale } from './channel.js';

/** How the samples of a group lie in its bytes: channel after channel for each instant. */
export interface SampleLayout {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly interpretation: Interpretation;
  readonly channelCount: number;
  readonly sampleCount: number;
  /** The stored value that stands for none, before any scaling. */
  readonly padding: number | null;
}

export interface Interpretation {
  readonly bytes: 1 | 2 | 4;
  readonly signed: boolean;
}

/** WaveformSampleInterpretation; the companded forms (MB, AB) are for voices. */
const INTERPRETATIONS: ReadonlyMap<string, Interpretation> = new Map([
  ['SB', { bytes: 1, signed: true }],
  ['UB', { bytes: 1, signed: false }],
  ['SS', { bytes: 2, signed: true }],
  ['US', { bytes: 2, signed: false }],
  ['SL', { bytes: 4, signed: true }],
  ['UL', { bytes: 4, signed: false }],
]);

export function interpretationOf(
  name: string,
  bitsAllocated: number | null,
): Interpretation | null {
  const found = INTERPRETATIONS.get(name);
  return found && (bitsAllocated ?? found.bytes * 8) === found.bytes * 8 ? found : null;
}

export function layoutBytes(layout: SampleLayout): number {
  return layout.channelCount * layout.sampleCount * layout.interpretation.bytes;
}

export function readSample(
  view: DataView,
  at: number,
  littleEndian: boolean,
  { bytes, signed }: Interpretation,
): number {
  if (bytes === 2)
    return signed ? view.getInt16(at, littleEndian) : view.getUint16(at, littleEndian);
  if (bytes === 1) return signed ? view.getInt8(at) : view.getUint8(at);
  return signed ? view.getInt32(at, littleEndian) : view.getUint32(at, littleEndian);
}

/** One channel in whole microvolts, MISSING where nothing was measured. */
export function channelMicrovolts(
  layout: SampleLayout,
  channel: number,
  scale: Scale,
  bitsStored: number,
  place: string,
): Result<Int16Array> {
  const raw = rawSamples(layout, channel);
  const { padding, interpretation } = layout;
  if (interpretation.signed) extendSigns(raw, bitsStored, interpretation.bytes * 8, padding);
  const lowest = interpretation.signed && interpretation.bytes === 2 ? MISSING : null;
  const limit = ECG_LIMITS.amplitudeMicrovoltsMax;
  const microvolts = new Int16Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) {
    const sample = raw[i] as number;
    // The lowest number there is says the same as a padding value, declared or not.
    if (sample === padding || sample === lowest) {
      microvolts[i] = MISSING;
      continue;
    }
    const rounded = wholeMicrovolts(sample * scale.gain + scale.offset);
    if (!(rounded >= -limit && rounded <= limit)) {
      const why = `sample ${i} is beyond ${limit} microvolts`;
      return refuse('sample-out-of-range', why, { location: place });
    }
    microvolts[i] = rounded;
  }
  return ok(microvolts);
}

function rawSamples(layout: SampleLayout, channel: number): Int32Array | Float64Array {
  const { bytes, littleEndian, interpretation, channelCount, sampleCount } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWide = interpretation.bytes === 4 && !interpretation.signed;
  const raw = isWide ? new Float64Array(sampleCount) : new Int32Array(sampleCount);
  const step = channelCount * interpretation.bytes;
  let at = channel * interpretation.bytes;
  for (let i = 0; i < sampleCount; i += 1) {
    raw[i] = readSample(view, at, littleEndian, interpretation);
    at += step;
  }
  return raw;
}

/**
 * A negative number of fewer bits than a word has is stored with its sign carried up, by most. Some
 * leave the upper bits zero; that is seen by numbers that are too large for their bits, and none
 * that is negative.
 */
function extendSigns(
  raw: Int32Array | Float64Array,
  bitsStored: number,
  bitsAllocated: number,
  padding: number | null,
): void {
  if (bitsStored >= bitsAllocated || bitsStored < 2) return;
  const above = 2 ** bitsStored;
  let isUnextended = false;
  for (const sample of raw) {
    if (sample === padding) continue;
    if (sample < 0 || sample >= above) return;
    if (sample >= above / 2) isUnextended = true;
  }
  if (!isUnextended) return;
  for (let i = 0; i < raw.length; i += 1) {
    const sample = raw[i] as number;
    if (sample !== padding && sample >= above / 2) raw[i] = sample - above;
  }
}
