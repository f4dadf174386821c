import { createEcg, type AcquisitionFilters, type EcgDevice } from '../../core/ecg/ecg.js';
import type { Reading, WrittenTime } from '../../core/ecg/reading.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { sortChannels } from '../channels.js';
import { parseDecimal } from '../decimal.js';
import type { FileFormat } from '../format.js';
import { parseHl7Time } from '../hl7v2/time.js';
import { boundedText } from '../identity.js';
import { decodeXml } from '../xml/read.js';
import { xmlRootOf } from '../xml/root.js';
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from '../xml/tree.js';
import { annotationsOf } from './annotations.js';
import { holdsAllLeads, recordingOf, type Recording } from './sets.js';
import { subjectOf } from './subject.js';

/** HL7 v3 annotated ECG, as the FDA takes it and many carts write it. */
export const AECG: FileFormat = {
  name: 'hl7-aecg',
  recognises: (bytes) => xmlRootOf(bytes) === 'AnnotatedECG',
  decode: decodeAecg,
};

export function decodeAecg(bytes: Uint8Array): Result<Reading> {
  const document = decodeXml(bytes);
  if (!document.ok) return document;
  const root = document.value;
  if (root.name !== 'AnnotatedECG') return refuse('no-ecg', 'the document is no annotated ECG');
  const rhythm = rhythmOf(root);
  if (!rhythm.ok) return rhythm;
  const { series, recording } = rhythm.value;
  const { channels, sampleRateHz, partial } = recording;
  const subject = subjectOf(root);
  const ecg = createEcg({
    ...sortChannels(channels),
    sampleRateHz,
    partial,
    patient: subject.patient,
    device: deviceOf(series),
    filters: filtersOf(series),
  });
  if (!ecg.ok) return ecg;
  const { measurements, statements } = annotationsOf(series);
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: AECG.name,
      patient: subject.identity,
      // The standard identifies a trial's visits by codes, and has no orders.
      encounter: null,
      order: null,
      acquired: acquiredOf(root, series),
      birthDate: subject.birthDate,
      status: 'final' as const,
      vendorStatements: statements,
      vendorMeasurements: measurements,
    }),
  );
}

interface Rhythm {
  readonly series: XmlElement;
  readonly recording: Recording;
}

/** So many series of rhythm are looked at for one that holds a whole ECG. */
const SERIES_MAX = 16;

/**
 * The first series of rhythm that holds all leads: a recorder may put a strip of one lead before it.
 * Where none does, the first of them says what is missing.
 */
function rhythmOf(root: XmlElement): Result<Rhythm> {
  const candidates = rhythmSeriesOf(root).slice(0, SERIES_MAX);
  let first: Result<Rhythm> | null = null;
  for (const series of candidates) {
    const recording = recordingOf(series);
    const found: Result<Rhythm> = recording.ok
      ? ok({ series, recording: recording.value })
      : recording;
    if (recording.ok && holdsAllLeads(recording.value.channels)) return found;
    first ??= found;
  }
  return first ?? refuse('no-ecg', 'the annotated ECG holds no series of rhythm waveforms');
}

/**
 * Median beats stand in a series derived from the rhythm; where one stands beside it, it says so. A
 * code that is neither is a recorder's own word for what it recorded, and comes last.
 */
function rhythmSeriesOf(root: XmlElement): readonly XmlElement[] {
  const all = childrenOf(root, 'component').flatMap((one) => [...childrenOf(one, 'series')]);
  const coded = all.map((series) => ({
    series,
    code: (attributeOf(childOf(series, 'code'), 'code') ?? '').toUpperCase(),
  }));
  const ranks = [
    coded.filter(({ code }) => code === 'RHYTHM'),
    coded.filter(({ code }) => code === ''),
    coded.filter(({ code }) => !/^(RHYTHM)?$/.test(code) && !/BEAT|MEDIAN|AVERAGE/.test(code)),
  ];
  return (ranks.find((rank) => rank.length > 0) ?? []).map(({ series }) => series);
}

/** The time of the series, else of the whole ECG, else of its first sample. */
function acquiredOf(root: XmlElement, series: XmlElement): WrittenTime | null {
  const times = [series, root].flatMap((element) => {
    const time = childOf(element, 'effectiveTime');
    return [childOf(time, 'low'), childOf(time, 'center'), time];
  });
  const set = childOf(series, 'component', 'sequenceSet', 'component', 'sequence');
  for (const time of [...times, childOf(set, 'value', 'head')]) {
    const text = attributeOf(time, 'value') ?? '';
    const written = parseHl7Time(text) ?? parseIsoTime(text);
    if (written) return written;
  }
  return null;
}

const DEVICE_CHARS_MAX = 100;

function deviceOf(series: XmlElement): Partial<EcgDevice> | null {
  const author = childOf(series, 'author', 'seriesAuthor');
  const device = childOf(author, 'manufacturedSeriesDevice');
  const bounded = (text: string | null): string | null =>
    boundedText(text ?? '', DEVICE_CHARS_MAX) || null;
  const model = bounded(textOf(childOf(device, 'manufacturerModelName')));
  const manufacturer = bounded(textOf(childOf(author, 'manufacturerOrganization', 'name')));
  const serialNumber =
    bounded(textOf(childOf(device, 'SerialNumber'))) ??
    bounded(attributeOf(childOf(device, 'id'), 'extension'));
  if (model === null && manufacturer === null && serialNumber === null) return null;
  return { manufacturer, model, serialNumber };
}

const FILTER = 'MDC_ECG_CTL_VBL_ATTR_FILTER_';

function filtersOf(series: XmlElement): AcquisitionFilters | null {
  const variables = childrenOf(series, 'controlVariable').map((one) => {
    const inner = childOf(one, 'controlVariable');
    return { code: codeOf(inner), inner };
  });
  const cutoff = (filter: string, attribute: string): number | null => {
    const variable = variables.find(({ code }) => code === `${FILTER}${filter}`)?.inner;
    const parts = variable ? childrenOf(variable, 'component') : [];
    const part = parts
      .map((one) => childOf(one, 'controlVariable'))
      .find((one) => codeOf(one) === `${FILTER}${attribute}`);
    return hertzOf(childOf(part ?? null, 'value'));
  };
  const highPassHz = cutoff('HIGH_PASS', 'CUTOFF_FREQ');
  const lowPassHz = cutoff('LOW_PASS', 'CUTOFF_FREQ');
  const notchHz = cutoff('NOTCH', 'NOTCH_FREQ');
  if (highPassHz === null && lowPassHz === null && notchHz === null) return null;
  return { highPassHz, lowPassHz, notchHz };
}

const codeOf = (element: XmlElement | null): string =>
  (attributeOf(childOf(element, 'code'), 'code') ?? '').toUpperCase();

function hertzOf(value: XmlElement | null): number | null {
  const hertz = parseDecimal(attributeOf(value, 'value') ?? '');
  return hertz !== null && hertz > 0 && attributeOf(value, 'unit') === 'Hz' ? hertz : null;
}
