import { MISSING, type Ecg, type Trace } from '../../core/ecg/ecg.js';
import {
  MDC_EXTRA_LEAD_CODES,
  MDC_LEAD_CODES,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import type { Reading, WrittenTime } from '../../core/ecg/reading.js';
import { concatenated, int16Bytes, u16, u32, u8 } from '../octets.js';
import {
  codeItem,
  decimal,
  emit,
  emitAll,
  emitItems,
  emitText,
  emitTextIf,
  type Emitted,
} from './emit.js';
import { TAG } from './tags.js';
import { toDicomOffset } from './time.js';
import { uniqueIdOf } from './unique-id.js';
import { annotationElements } from './write-annotations.js';
import { patientElements } from './write-patient.js';

const TWELVE_LEAD = '1.2.840.10008.5.1.4.1.1.9.1.1';
const GENERAL = '1.2.840.10008.5.1.4.1.1.9.1.2';
const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const IMPLEMENTATION = uniqueIdOf('implementation', new Uint8Array(0));
/** What the 12-lead object allows (PS3.3 A.34.3.4). */
const TWELVE_LEAD_LIMITS = { channels: 13, samples: 16_384, rateHzMin: 200, rateHzMax: 1000 };
/** MDC's partition of leads; the number in it is what CID 3001 writes behind `2:`. */
const MDC_PARTITION = 2 * 65536 + 256;

/** A reading as the DICOM file that `decodeDicom` reads: explicit, little endian, one group. */
export function toDicom(reading: Reading): Uint8Array {
  const traces = [...reading.ecg.leads, ...reading.ecg.extraLeads].filter(
    ({ origin }) => origin === 'recorded',
  );
  const waveform = waveformItem(reading.ecg, traces);
  const body = emitAll(waveform);
  const objectClass = fitsTwelveLead(reading.ecg, traces.length) ? TWELVE_LEAD : GENERAL;
  const patient = patientElements(reading);
  const time = timeElements(reading.acquired);
  const identified = concatenated([emitAll([...patient, ...time]), body]);
  const instance = uniqueIdOf('instance', identified);
  const set = emitAll([
    emitText(TAG.characterSet, 'CS', 'ISO_IR 192'),
    emitText(TAG.sopClass, 'UI', objectClass),
    emitText(TAG.sopInstance, 'UI', instance),
    emitText(TAG.modality, 'CS', 'ECG'),
    emitText(TAG.studyInstance, 'UI', uniqueIdOf('study', identified)),
    emitText(TAG.seriesInstance, 'UI', uniqueIdOf('series', identified)),
    ...patient,
    ...time,
    ...deviceElements(reading.ecg),
    ...statusElements(reading),
    ...annotationElements(reading),
    emitItems(TAG.waveforms, [waveform]),
  ]);
  return concatenated([new Uint8Array(128), textBytes('DICM'), meta(objectClass, instance), set]);
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function meta(objectClass: string, instance: string): Uint8Array {
  const group = emitAll([
    emit(0x00020001, 'OB', u8(0, 1)),
    emitText(TAG.mediaStorageClass, 'UI', objectClass),
    emitText(0x00020003, 'UI', instance),
    emitText(TAG.transferSyntax, 'UI', EXPLICIT_LITTLE_ENDIAN),
    emitText(0x00020012, 'UI', IMPLEMENTATION),
  ]);
  return concatenated([emit(0x00020000, 'UL', u32(group.length)).bytes, group]);
}

function fitsTwelveLead({ sampleCount, sampleRateHz }: Ecg, channels: number): boolean {
  const { channels: most, samples, rateHzMin, rateHzMax } = TWELVE_LEAD_LIMITS;
  const rateFits = sampleRateHz >= rateHzMin && sampleRateHz <= rateHzMax;
  return channels <= most && sampleCount <= samples && rateFits;
}

type AnyTrace = Trace<LeadName | ExtraLeadName>;

function waveformItem(ecg: Ecg, traces: readonly AnyTrace[]): Emitted[] {
  return [
    emitText(TAG.groupTimeOffset, 'DS', '0'),
    emitText(TAG.originality, 'CS', 'ORIGINAL'),
    emit(TAG.channelCount, 'US', u16(traces.length)),
    emit(TAG.sampleCount, 'UL', u32(ecg.sampleCount)),
    emitText(TAG.samplingFrequency, 'DS', decimal(ecg.sampleRateHz)),
    emitText(TAG.groupLabel, 'SH', 'RHYTHM'),
    emitItems(
      TAG.channels,
      traces.map(({ name }) => channelItem(ecg, name)),
    ),
    emit(TAG.bitsAllocated, 'US', u16(16)),
    emitText(TAG.interpretation, 'CS', 'SS'),
    emit(TAG.padding, 'OW', u16(MISSING)),
    emit(TAG.waveformData, 'OW', int16Bytes(multiplexed(ecg, traces))),
  ];
}

/** All channels of the first instant, then all of the next. */
function multiplexed(ecg: Ecg, traces: readonly AnyTrace[]): Int16Array {
  const values = new Int16Array(ecg.sampleCount * traces.length);
  for (const [channel, { samples }] of traces.entries()) {
    for (let i = 0; i < samples.length; i += 1) {
      values[i * traces.length + channel] = samples[i] as number;
    }
  }
  return values;
}

function channelItem({ filters }: Ecg, name: LeadName | ExtraLeadName): Emitted[] {
  const codes: Readonly<Record<string, number>> = { ...MDC_LEAD_CODES, ...MDC_EXTRA_LEAD_CODES };
  const number = (codes[name] as number) - MDC_PARTITION;
  const hertz = (tag: number, value: number | null): Emitted[] =>
    emitTextIf(tag, 'DS', value === null ? null : decimal(value));
  return [
    emitText(TAG.channelLabel, 'SH', name),
    emitItems(TAG.channelSource, [codeItem(`2:${number}`, 'MDC', `Lead ${name}`)]),
    emitText(TAG.sensitivity, 'DS', '1'),
    emitItems(TAG.sensitivityUnits, [codeItem('uV', 'UCUM', 'microvolt')]),
    emitText(TAG.sensitivityCorrection, 'DS', '1'),
    emitText(TAG.baseline, 'DS', '0'),
    emitText(TAG.sampleSkew, 'DS', '0'),
    emit(TAG.bitsStored, 'US', u16(16)),
    ...hertz(TAG.filterLow, filters?.highPassHz ?? null),
    ...hertz(TAG.filterHigh, filters?.lowPassHz ?? null),
    ...hertz(TAG.notch, filters?.notchHz ?? null),
  ];
}

function timeElements(acquired: WrittenTime | null): Emitted[] {
  if (acquired === null) return [];
  const digits = acquired.local.replace(/[-:T]/g, '');
  const { offsetMinutes } = acquired;
  const offset = offsetMinutes === null ? '' : toDicomOffset(offsetMinutes);
  return [
    emitText(TAG.acquisitionDateTime, 'DT', `${digits}${offset}`),
    emitText(TAG.contentDate, 'DA', digits.slice(0, 8)),
    emitText(TAG.contentTime, 'TM', digits.slice(8)),
  ];
}

function deviceElements({ device }: Ecg): Emitted[] {
  return [
    ...emitTextIf(TAG.manufacturer, 'LO', device?.manufacturer ?? null),
    ...emitTextIf(TAG.modelName, 'LO', device?.model ?? null),
    ...emitTextIf(TAG.serialNumber, 'LO', device?.serialNumber ?? null),
  ];
}

/** The flag that structured reports have, for want of one that waveforms have. */
function statusElements({ status }: Reading): Emitted[] {
  return emitTextIf(TAG.verification, 'CS', status === 'preliminary' ? 'UNVERIFIED' : null);
}
