import { createEcg } from '../../src/core/ecg/ecg.js';
import { LEAD_NAMES, type LeadName } from '../../src/core/ecg/lead.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { ok, refuse, type Result } from '../../src/core/failure.js';
import { refuseUnknown } from '../../src/formats/kinds.js';
import type { FileFormat } from '../../src/formats/format.js';

/**
 * A file format of no device, by which a carrier is tested without any decoder of a real one:
 * `FAKE`, checksum, rate, count of leads, count of samples, then per lead its place and samples.
 */
const HEAD_BYTES = 4 + 4 + 2 + 1 + 4;

export function toFakeFile({ ecg }: Reading): Uint8Array {
  const recorded = ecg.leads.filter(({ origin }) => origin === 'recorded');
  const bytes = new Uint8Array(HEAD_BYTES + recorded.length * (1 + 2 * ecg.sampleCount));
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from('FAKE'));
  view.setUint16(8, ecg.sampleRateHz);
  view.setUint8(10, recorded.length);
  view.setUint32(11, ecg.sampleCount);
  let at = HEAD_BYTES;
  for (const { name, samples } of recorded) {
    view.setUint8(at, LEAD_NAMES.indexOf(name));
    for (const [i, value] of Array.from(samples).entries()) view.setInt16(at + 1 + 2 * i, value);
    at += 1 + 2 * ecg.sampleCount;
  }
  view.setUint32(4, checksum(bytes));
  return bytes;
}

/** What the file is to say beside its samples. */
export function fakeFileFormat(more: Partial<Reading> = {}): FileFormat {
  return {
    name: 'fake',
    recognises: (bytes) => Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'FAKE',
    decode: (bytes) => decodeFake(bytes, more),
  };
}

/** As `decodeFile` would, were this the only format. */
export function decodeFakeFile(bytes: Uint8Array, more: Partial<Reading> = {}): Result<Reading> {
  const format = fakeFileFormat(more);
  return format.recognises(bytes) ? format.decode(bytes, {}) : refuseUnknown(bytes);
}

function decodeFake(bytes: Uint8Array, more: Partial<Reading>): Result<Reading> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || view.getUint32(4) !== checksum(bytes)) {
    return refuse('encoding-broken', 'the checksum does not hold');
  }
  const count = view.getUint32(11);
  const leads = Array.from({ length: view.getUint8(10) }, (_, index) => {
    const at = HEAD_BYTES + index * (1 + 2 * count);
    const name = LEAD_NAMES[view.getUint8(at)] as LeadName;
    return {
      name,
      microvolts: Array.from({ length: count }, (__, i) => view.getInt16(at + 1 + 2 * i)),
    };
  });
  const ecg = createEcg({ leads, sampleRateHz: view.getUint16(8) });
  if (!ecg.ok) return ecg;
  return ok({
    ecg: ecg.value,
    format: 'fake',
    patient: null,
    encounter: null,
    order: null,
    acquired: null,
    birthDate: null,
    status: 'preliminary',
    vendorStatements: [],
    vendorMeasurements: null,
    ...more,
  });
}

function checksum(bytes: Uint8Array): number {
  let sum = 2166136261;
  for (const byte of bytes.subarray(8)) sum = Math.imul(sum ^ byte, 16777619) >>> 0;
  return sum;
}
