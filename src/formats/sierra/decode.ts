import { createEcg, type AcquisitionFilters, type EcgDevice } from '../../core/ecg/ecg.js';
import type { Reading, WrittenTime } from '../../core/ecg/reading.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { FileFormat } from '../format.js';
import { boundedText, identifierOf } from '../identity.js';
import { decodeXml } from '../xml/read.js';
import { xmlRootOf } from '../xml/root.js';
import { attributeOf, childOf, textOf, type XmlElement } from '../xml/tree.js';
import { measurementsOf, statementsOf, statusOf } from './interpretation.js';
import { ageAndSexOf, authorityIn, birthDateIn, identityOf } from './patient.js';
import { numberIn, saidOf, signalWordsOf, waveformsOf, type SignalWords } from './waveforms.js';

const SIERRA_FORMAT = 'philips-sierra-xml';
const ROOT = 'restingecgdata';

/** Philips Sierra ECG XML, which later versions call Philips ECG XML: 1.03, 1.04 and 1.04.01. */
export const SIERRA: FileFormat = {
  name: SIERRA_FORMAT,
  recognises: (bytes) => xmlRootOf(bytes) === ROOT,
  decode: decodeSierra,
};

function decodeSierra(bytes: Uint8Array): Result<Reading> {
  const xml = decodeXml(bytes);
  if (!xml.ok) return xml;
  const root = xml.value;
  if (root.name !== ROOT) return refuse('no-ecg', `the root of the XML is not ${ROOT}`);
  const words = signalWordsOf(root);
  if (!words.ok) return words;
  const waveforms = waveformsOf(words.value, bytes.length);
  if (!waveforms.ok) return waveforms;
  const ecg = createEcg({
    ...waveforms.value,
    patient: ageAndSexOf(root),
    device: deviceOf(childOf(root, 'dataacquisition', 'machine')),
    filters: filtersOf(root, words.value),
  });
  if (!ecg.ok) return ecg;
  const authority = authorityIn(root);
  const order = childOf(root, 'orderinfo');
  return ok(
    Object.freeze({
      ecg: ecg.value,
      format: SIERRA_FORMAT,
      patient: identityOf(root),
      encounter: identifierOf(
        authority,
        textOf(childOf(root, 'dataacquisition', 'acquirer', 'encounterid')),
      ),
      order:
        identifierOf(authority, textOf(childOf(order, 'ordernumber'))) ??
        identifierOf(authority, textOf(childOf(order, 'uniqueorderid'))),
      acquired: acquiredOf(childOf(root, 'dataacquisition')),
      birthDate: birthDateIn(root),
      status: statusOf(root),
      vendorStatements: statementsOf(root),
      vendorMeasurements: measurementsOf(root),
    }),
  );
}

/** Both are written by XML Schema's rules, where a zone may stand behind either. */
function acquiredOf(acquisition: XmlElement | null): WrittenTime | null {
  const date = /^(\d{4}-\d{2}-\d{2})(.*)$/.exec(attributeOf(acquisition, 'date') ?? '');
  const time = attributeOf(acquisition, 'time') ?? '';
  if (!date) return null;
  const [, day = '', zone = ''] = date;
  return parseIsoTime(`${day}T${time}${zone}`) ?? parseIsoTime(`${day}T${time}`);
}

/** `detaildescription` is maker, model and software, with colons between them. */
function deviceOf(machine: XmlElement | null): Partial<EcgDevice> | null {
  if (!machine) return null;
  const [maker = '', number = ''] = (attributeOf(machine, 'detaildescription') ?? '').split(':');
  const name = textOf(machine);
  const device = {
    manufacturer: said(maker),
    model: said(/^(unknown)?$/i.test(name) ? number : name),
    serialNumber: said(attributeOf(machine, 'machineid') ?? ''),
  };
  return Object.values(device).every((value) => value === null) ? null : device;
}

function said(text: string): string | null {
  return boundedText(text) || null;
}

/**
 * What was done to these samples. In 1.03 a flag says that the filters of the report were applied;
 * in later versions those are only for drawing.
 */
function filtersOf(root: XmlElement, words: SignalWords): Partial<AcquisitionFilters> | null {
  const report = childOf(root, 'reportinfo', 'reportbandwidth');
  const reported = (name: string) => numberIn(textOf(childOf(report, `${name}filtersetting`)));
  const isFiltered = (name: string) => /^true$/i.test(attributeOf(words.waveforms, name) ?? '');
  const band = /^([\d.]+)-([\d.]+)$/.exec(saidOf(words, [], ['signalbandwidth']));
  const applied = isFiltered('filterflag');
  const notched = /^true$/i.test(saidOf(words, ['notchfiltered'], ['notchfiltered']));
  const notches = saidOf(words, ['notchfilterfreqs'], ['notchfilterfreqs']).split(/[\s,]+/);
  const filters = {
    highPassHz:
      (applied ? reported('highpass') : null) ??
      numberIn(saidOf(words, ['hipass'], ['hipass'])) ??
      numberIn(band?.[1] ?? ''),
    lowPassHz:
      (applied ? reported('lowpass') : null) ??
      numberIn(saidOf(words, ['lowpass'], ['lowpass'])) ??
      numberIn(band?.[2] ?? ''),
    notchHz: applied ? reported('notch') : notched ? numberIn(notches[0] ?? '') : null,
  };
  return Object.values(filters).every((value) => value === null) ? null : filters;
}
