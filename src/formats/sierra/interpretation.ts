import {
  vendorMeasurements,
  type ReadingStatus,
  type VendorMeasurements,
} from '../../core/ecg/reading.js';
import { boundedText } from '../identity.js';
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from '../xml/tree.js';
import { numberIn } from './waveforms.js';

const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

/** The last interpretation: an editor's stands beside the program's. */
function interpretationOf(root: XmlElement): XmlElement | null {
  const all = childrenOf(childOf(root, 'interpretations') ?? root, 'interpretation');
  const when = (one: XmlElement): string =>
    `${attributeOf(one, 'date') ?? ''}T${attributeOf(one, 'time') ?? ''}`;
  return all.reduce<XmlElement | null>(
    (latest, one) => (latest === null || when(one) > when(latest) ? one : latest),
    null,
  );
}

type Names = Readonly<Record<keyof VendorMeasurements, readonly string[]>>;

/** The names of 1.04 and of 1.03. Of two corrections of the QT interval, Bazett's is the usual. */
const MEASUREMENTS: Names = {
  heartRateBpm: ['heartrate', 'meanventrate'],
  prMs: ['print', 'meanprint'],
  qrsMs: ['qrsdur', 'meanqrsdur'],
  qtMs: ['qtint', 'meanqtint'],
  qtcMs: ['qtcb', 'meanqtc', 'qtcf'],
  pAxisDegrees: ['pfrontaxis'],
  qrsAxisDegrees: ['qrsfrontaxis'],
  tAxisDegrees: ['tfrontaxis'],
};

/** What stands in the interpretation goes before what the program measured: it may be edited. */
export function measurementsOf(root: XmlElement): VendorMeasurements | null {
  const interpretation = interpretationOf(root);
  const places = [
    childOf(interpretation, 'globalmeasurements'),
    childOf(interpretation, 'interpretationmeasurements'),
    childOf(root, 'internalmeasurements', 'crossleadmeasurements'),
    childOf(root, 'measurements', 'globalmeasurements'),
  ];
  const found = Object.entries(MEASUREMENTS).map(([key, names]) => [key, firstIn(places, names)]);
  return vendorMeasurements(Object.fromEntries(found) as Partial<VendorMeasurements>);
}

/** `Failed` or `Indeterminate` in an earlier place is the answer: a later one is older. */
function firstIn(places: readonly (XmlElement | null)[], names: readonly string[]): number | null {
  for (const place of places) {
    for (const name of names) {
      const text = textOf(childOf(place, name));
      if (text !== '') return numberIn(text);
    }
  }
  return null;
}

/** `SINUS RHYTHM (normal P axis) [SR]`, the severity, and whether the patient is paced. */
export function statementsOf(root: XmlElement): readonly string[] {
  const interpretation = interpretationOf(root);
  const printed = interpretation ? childrenOf(interpretation, 'statement') : [];
  const paced = textOf(childOf(root, 'patient', 'generalpatientdata', 'pacestatus'));
  const statements = [
    ...printed.slice(0, STATEMENTS_MAX).map(statementOf),
    textOf(childOf(interpretation, 'severity')),
    /^paced/i.test(paced) ? paced : '',
  ];
  return Object.freeze(
    statements.map((one) => boundedText(one, STATEMENT_CHARS_MAX)).filter((one) => one !== ''),
  );
}

function statementOf(statement: XmlElement): string {
  const [left, right, code] = ['leftstatement', 'rightstatement', 'statementcode'].map((name) =>
    textOf(childOf(statement, name)).replace(/\s+/g, ' '),
  );
  const said = [left, right && `(${right})`].filter(Boolean).join(' ');
  return said === '' ? '' : [said, code && `[${code}]`].filter(Boolean).join(' ');
}

/** An archived ECG is final where somebody is named who confirmed it. */
export function statusOf(root: XmlElement): ReadingStatus {
  const status = attributeOf(root, 'status')?.toLowerCase();
  if (status === 'deleted') return 'withdrawn';
  if (status === 'confirmed') return 'final';
  const confirmer = textOf(childOf(interpretationOf(root), 'confirmingclinician'));
  return status === 'archived' && confirmer !== '' ? 'final' : 'preliminary';
}
