import { ok, refuse, type Result } from '../../core/failure.js';
import { leadLabel, type Channel } from '../channels.js';
import { parseDecimal, parseLocalDecimal } from '../decimal.js';
import { scanNumbers, timesPowerOfTen, type NumberSyntax } from '../numbers.js';
import { hertzExponent, microvoltExponent } from '../units.js';
import {
  attributeOf,
  childOf,
  childrenOf,
  contentOf,
  textOf,
  type XmlElement,
} from '../xml/tree.js';

export interface Strip {
  readonly channels: readonly Channel[];
  readonly sampleRateHz: number;
}

const LEADS_MAX = 64;
const COMMA = 0x2c;
const SYNTAX: NumberSyntax = {
  separator: COMMA,
  exponent: 0,
  gapsAllowed: false,
  symbols: new Map(),
};

/**
 * The ten seconds that were printed. Beside them stand a median beat, among the measurements, and
 * the full disclosure, which may be minutes and is not filtered: neither is the ECG.
 */
export function stripOf(root: XmlElement): Result<Strip> {
  const strip = stripIn(root);
  if (!strip) return refuse('no-ecg', 'the document holds no strip of an ECG');
  const rate = rateOf(strip);
  if (!rate.ok) return rate;
  const step = stepOf(strip);
  if (!step.ok) return step;
  const elements = childrenOf(strip, 'WaveformData');
  if (elements.length > LEADS_MAX) {
    return refuse('encoding-broken', `more than ${LEADS_MAX} leads in the strip`);
  }
  const told = parseDecimal(textOf(childOf(strip, 'ChannelSampleCountTotal')));
  const channels: Channel[] = [];
  for (const element of elements) {
    const label = leadLabel(attributeOf(element, 'lead') ?? '');
    if (label === null) continue;
    if (channels.some((one) => one.label === label)) {
      return refuse('lead-doubled', `lead ${label} stands twice`);
    }
    if (element.children.length > 0) {
      return refuse('encoding-broken', `lead ${label} holds more than its samples`);
    }
    const microvolts = microvoltsOf(element, label, step.value);
    if (!microvolts.ok) return microvolts;
    const { length } = microvolts.value;
    // A lead of the recorder's list that was not recorded.
    if (length === 0) continue;
    if (told !== null && length !== told) {
      const detail = `lead ${label} has ${length} samples, and the strip says ${told}`;
      return refuse('sample-count-differs', detail);
    }
    channels.push({ label, microvolts: microvolts.value });
  }
  if (channels.length === 0) return refuse('no-ecg', 'the strip holds no lead that is known');
  return ok({ channels, sampleRateHz: rate.value });
}

/** Right below the root or one level down; of several the first that holds samples. */
function stripIn(root: XmlElement): XmlElement | null {
  const strips = [root, ...childrenOf(root, 'Strip')].flatMap((one) =>
    childrenOf(one, 'StripData'),
  );
  return strips.find((one) => childOf(one, 'WaveformData') !== null) ?? strips[0] ?? null;
}

function rateOf(strip: XmlElement): Result<number> {
  const element = childOf(strip, 'SampleRate');
  const rate = parseDecimal(textOf(element));
  const exponent = hertzExponent(attributeOf(element, 'units') ?? 'Hz');
  if (exponent === null) return refuse('unit-unknown', 'the sample rate is in no unit of rate');
  if (rate === null) return refuse('sample-rate-invalid', 'the sample rate is no number');
  return ok(timesPowerOfTen(rate, exponent));
}

/** `uVperLsb`: what one step of the samples is worth. */
function stepOf(strip: XmlElement): Result<number> {
  const element = childOf(strip, 'Resolution');
  const unit = /^(.{1,5})perLsb$/i.exec(attributeOf(element, 'units') ?? '')?.[1] ?? '';
  const exponent = microvoltExponent(unit);
  const step = parseLocalDecimal(textOf(element));
  if (exponent === null || step === null || step <= 0) {
    return refuse('unit-unknown', 'the resolution is no step of voltage above zero');
  }
  return ok(timesPowerOfTen(step, exponent));
}

function microvoltsOf(element: XmlElement, label: string, step: number): Result<Float64Array> {
  const packed = withoutBlanks(element);
  const scanned = scanNumbers(packed, 0, packed.length, SYNTAX);
  if (!scanned.ok) return refuse(scanned.failure.code, `lead ${label}, ${scanned.failure.detail}`);
  const values = scanned.value;
  if (step !== 1) {
    for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) * step;
  }
  return scanned;
}

/** Lines are indented, and end with a comma or in place of one. */
function withoutBlanks(element: XmlElement): Uint8Array {
  const { bytes, start, end } = contentOf(element);
  const packed = new Uint8Array(end - start);
  let length = 0;
  let isBehindBlank = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      isBehindBlank = true;
      continue;
    }
    if (isBehindBlank && byte !== COMMA && length > 0 && packed[length - 1] !== COMMA) {
      packed[length] = COMMA;
      length += 1;
    }
    isBehindBlank = false;
    packed[length] = byte;
    length += 1;
  }
  return packed.subarray(0, length);
}
