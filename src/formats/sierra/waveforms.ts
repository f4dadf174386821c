import { ok, refuse, type Result } from '../../core/failure.js';
import { attributeOf, childOf, contentOf, textOf, type XmlElement } from '../xml/tree.js';
import { samplesBeforeCalibration } from './calibration.js';
import {
  leadOfLabel,
  restoreLimbLeads,
  scaledLeads,
  STANDARD_LABELS,
  type ScaledLeads,
} from './leads.js';
import { channelsIn, type Channels, type Packing } from './samples.js';

/** Twelve leads, more of the chest, and some for the program's own use. */
const CHANNELS_MAX = 32;
const STEP_MICROVOLTS_MAX = 1000;
/**
 * Samples of all channels together: any resting ECG, or two for each byte of a longer document.
 * Without it a small document could unpack to hundreds of times its size.
 */
const SAMPLES_ALWAYS_TAKEN = 262_144;
const SAMPLES_PER_BYTE_MAX = 2;

/** Some writers count the second of calibration in the duration, and some do not. */
const SLACK_SECONDS = 1;

export interface Waveforms extends ScaledLeads {
  readonly sampleRateHz: number;
}

/** What the document says of its samples, in the words of either version of the schema. */
export interface SignalWords {
  readonly waveforms: XmlElement;
  readonly acquisition: XmlElement | null;
}

/** The first that is there: the waveforms may have been changed since they were acquired. */
export function saidOf(
  { waveforms, acquisition }: SignalWords,
  attributes: readonly string[],
  elements: readonly string[],
): string {
  for (const name of attributes) {
    const text = attributeOf(waveforms, name);
    if (text) return text;
  }
  for (const name of elements) {
    const text = textOf(childOf(acquisition, name));
    if (text !== '') return text;
  }
  return '';
}

export function signalWordsOf(root: XmlElement): Result<SignalWords> {
  const all = childOf(root, 'waveforms');
  const acquisition = childOf(root, 'dataacquisition', 'signalcharacteristics');
  const waveforms = childOf(all, 'parsedwaveforms');
  if (waveforms) return ok({ waveforms, acquisition });
  if (childOf(all, 'unparsedwaveforms')) {
    return refuse('pointer-not-followed', 'the samples are in another file', {
      location: 'unparsedwaveforms',
    });
  }
  return childOf(all, 'leadwaveforms')
    ? refuse('encoding-unknown', 'leads in elements of their own are not read', {
        location: 'leadwaveforms',
      })
    : refuse('no-ecg', 'the document carries no waveform of the rhythm');
}

export function waveformsOf(words: SignalWords, documentBytes: number): Result<Waveforms> {
  const sampleRateHz = numberIn(saidOf(words, ['samplespersecond'], ['samplingrate']));
  if (sampleRateHz === null || sampleRateHz <= 0) {
    return refuse('sample-rate-invalid', 'the document gives no sample rate');
  }
  const stepMicrovolts = numberIn(
    saidOf(words, ['resolution'], ['resolution', 'signalresolution']),
  );
  if (stepMicrovolts === null || !(stepMicrovolts > 0 && stepMicrovolts <= STEP_MICROVOLTS_MAX)) {
    return refuse('unit-unknown', 'the document does not say how many microvolts a step is');
  }
  const labels = labelsOf(words);
  if (!labels.ok) return labels;
  const packing = packingOf(words, labels.value.length, sampleRateHz, documentBytes);
  if (!packing.ok) return packing;
  const channels = channelsIn(contentOf(words.waveforms), packing.value);
  if (!channels.ok) return channels;
  const stored = labels.value.map(leadOfLabel);
  const before = samplesBeforeCalibration(
    storedWhole(channels.value, stored),
    stepMicrovolts,
    sampleRateHz,
  );
  // What stands behind the declared duration is no part of the recording.
  const length = Math.min(before, packing.value.sampleCount ?? before);
  const names = packing.value.isXli ? restoreLimbLeads(channels.value, stored) : stored;
  const offset = numberIn(saidOf(words, ['signaloffset'], ['signaloffset'])) ?? 0;
  return ok({
    ...scaledLeads(channels.value, names, { stepMicrovolts, offset, length }),
    sampleRateHz,
  });
}

/** The leads that no compression stores as what is left of them. */
function storedWhole(
  channels: Channels,
  names: readonly ReturnType<typeof leadOfLabel>[],
): Channels {
  const whole = /^(I|II|V.*)$/;
  return channels.filter((_, index) => whole.test(names[index] ?? ''));
}

function packingOf(
  words: SignalWords,
  channelCount: number,
  sampleRateHz: number,
  documentBytes: number,
): Result<Packing> {
  const total = Math.max(SAMPLES_ALWAYS_TAKEN, SAMPLES_PER_BYTE_MAX * documentBytes);
  const samplesMax = Math.floor(total / channelCount);
  const durationMs = numberIn(saidOf(words, ['durationperchannel'], []));
  const sampleCount = durationMs === null ? null : Math.round((durationMs * sampleRateHz) / 1000);
  if (sampleCount !== null && !(sampleCount > 0 && sampleCount <= samplesMax)) {
    return refuse('duration-invalid', 'the document declares more samples than it can hold');
  }
  const encoding = saidOf(words, ['dataencoding'], []);
  const method = compressionOf(words);
  if (!['XLI', ''].includes(method)) {
    return refuse('encoding-unknown', 'the samples are compressed in a way that is not read here');
  }
  const bits = saidOf(words, ['bitspersample', 'nbitspersample'], []);
  return ok({
    encoding,
    isXli: method === 'XLI' && encoding.toLowerCase() !== 'plain',
    bitsPerSample: bits === '' ? 16 : (numberIn(bits) ?? 0),
    isSigned: !/^false$/i.test(saidOf(words, ['signalsigned'], ['signalsigned'])),
    channelCount,
    sampleCount,
    slack: Math.floor(sampleRateHz * SLACK_SECONDS),
    samplesMax,
  });
}

/** 1.03 has to name a method even where its flag says that it was not used. */
function compressionOf(words: SignalWords): string {
  const flag = attributeOf(words.waveforms, 'compressflag')?.toLowerCase();
  const method = saidOf(words, ['compression', 'compressmethod'], []).toUpperCase();
  if (flag === 'false' || method === 'NONE' || method === 'UNCOMPRESSED') return '';
  return flag === 'true' && method === '' ? 'XLI' : method;
}

/** Acquired with ten electrodes or more, so that the twelve leads come first and in their order. */
const STANDARD_ACQUISITION = /^(STD-\d+|[12]\d-WIRE|)$/i;

function labelsOf(words: SignalWords): Result<readonly string[]> {
  const named = (attributeOf(words.waveforms, 'leadlabels') ?? '').split(/[\s,;]+/).filter(Boolean);
  const count = numberIn(attributeOf(words.waveforms, 'numberofleads') ?? '') ?? named.length;
  if (named.length > CHANNELS_MAX) {
    return refuse('message-too-large', `more than ${CHANNELS_MAX} channels`);
  }
  if (named.length > 0) return ok(named.slice(0, Math.max(1, count)));
  return STANDARD_ACQUISITION.test(textOf(childOf(words.acquisition, 'acquisitiontype')))
    ? ok(STANDARD_LABELS)
    : refuse('lead-unknown', 'the document does not say which leads it carries');
}

/** A number as XML Schema writes it; null for `Failed`, `Unknown` and the like. */
export function numberIn(text: string): number | null {
  return /^[+-]?\d{1,9}(\.\d{0,9})?([eE][+-]?\d{1,2})?$/.test(text) ? Number(text) : null;
}
