import { MISSING, type Ecg } from '../../core/ecg/ecg.js';
import type { Identifier, Reading, VendorMeasurements } from '../../core/ecg/reading.js';
import { toHl7Time } from '../hl7v2/time.js';
import { element, textElement, type Markup } from '../xml/write.js';
import { MEASUREMENT_CODES } from './annotations.js';
import { UNNAMED_AECG_AUTHORITY } from './subject.js';

const MDC = { codeSystem: '2.16.840.1.113883.6.24', codeSystemName: 'MDC' };
const ACT_CODE = { codeSystem: '2.16.840.1.113883.5.4', codeSystemName: 'ActCode' };
const CPT = { codeSystem: '2.16.840.1.113883.6.12', codeSystemName: 'CPT-4' };
const GENDER = { codeSystem: '2.16.840.1.113883.5.1' };
const LOINC = { codeSystem: '2.16.840.1.113883.6.1', codeSystemName: 'LOINC' };
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** A reading as the annotated ECG that `decodeAecg` reads: each lead that was recorded. */
export function toAecg(reading: Reading, documentId = NIL_UUID): Uint8Array {
  const root = element(
    'AnnotatedECG',
    {
      xmlns: 'urn:hl7-org:v3',
      'xmlns:voc': 'urn:hl7-org:v3/voc',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      type: 'Observation',
    },
    [
      element('id', { root: documentId }),
      element('code', { code: '93000', ...CPT }),
      effectiveTime(reading, 'center'),
      nested(
        ['componentOf', 'timepointEvent', 'componentOf', 'subjectAssignment', 'subject'],
        [subject(reading)],
      ),
      ...reportedAge(reading.ecg),
      nested(['component'], [series(reading)]),
    ],
  );
  return new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`);
}

function nested(names: readonly string[], children: readonly Markup[]): Markup {
  return names.reduceRight<readonly Markup[]>(
    (inside, name) => [element(name, {}, inside)],
    children,
  )[0] as Markup;
}

function effectiveTime({ acquired }: Reading, edge: 'center' | 'low'): Markup {
  if (!acquired) return element('effectiveTime', { nullFlavor: 'UNK' });
  return element('effectiveTime', {}, [element(edge, { value: toHl7Time(acquired) })]);
}

function subject({ patient, birthDate, ecg }: Reading): Markup {
  const { sex } = ecg.patient;
  const code = sex === null ? 'UN' : sex === 'male' ? 'M' : 'F';
  const name = patient?.name;
  return element('trialSubject', {}, [
    ...(patient ? [identifier(patient)] : []),
    element('subjectDemographicPerson', {}, [
      ...(name
        ? [
            element('name', {}, [
              textElement('family', name.family),
              textElement('given', name.given),
            ]),
          ]
        : []),
      element('administrativeGenderCode', { code, ...GENDER }),
      ...(birthDate === null
        ? []
        : [element('birthTime', { value: birthDate.replaceAll('-', '') })]),
    ]),
  ]);
}

/** A root has to be an object identifier or a UUID; any other authority goes by its name. */
function identifier({ authority, value }: Identifier): Markup {
  const root = /^urn:(?:oid|uuid):(.+)$/.exec(authority)?.[1];
  if (root !== undefined) return element('id', { root, extension: value });
  const assigningAuthorityName = authority === UNNAMED_AECG_AUTHORITY ? null : authority;
  return element('id', { extension: value, assigningAuthorityName });
}

function reportedAge({ patient }: Ecg): Markup[] {
  if (patient.ageYears === null) return [];
  const value = quantity('value', patient.ageYears, 'a');
  return [
    nested(
      ['controlVariable', 'relatedObservation'],
      [element('code', { code: '21612-7', ...LOINC, displayName: 'Reported Age' }), value],
    ),
  ];
}

function quantity(name: string, value: number, unit: string): Markup {
  const type = name === 'value' ? { 'xsi:type': 'PQ' } : {};
  return element(name, { ...type, value, unit });
}

function series(reading: Reading): Markup {
  return element('series', {}, [
    element('code', { code: 'RHYTHM', ...ACT_CODE }),
    effectiveTime(reading, 'low'),
    ...author(reading.ecg),
    ...filters(reading.ecg),
    ...sequenceSets(reading),
    ...annotationSet(reading),
  ]);
}

function author({ device }: Ecg): Markup[] {
  if (!device) return [];
  const { manufacturer, model, serialNumber } = device;
  return [
    nested(
      ['author', 'seriesAuthor'],
      [
        element('manufacturedSeriesDevice', {}, [
          ...(serialNumber === null ? [] : [element('id', { extension: serialNumber })]),
          ...(model === null ? [] : [textElement('manufacturerModelName', model)]),
        ]),
        ...(manufacturer === null
          ? []
          : [element('manufacturerOrganization', {}, [textElement('name', manufacturer)])]),
      ],
    ),
  ];
}

function filters({ filters: set }: Ecg): Markup[] {
  const one = (filter: string, attribute: string, hertz: number | null): Markup[] => {
    if (hertz === null) return [];
    const code = (name: string): Markup =>
      element('code', { code: `MDC_ECG_CTL_VBL_ATTR_FILTER_${name}`, ...MDC });
    const inner = [code(attribute), quantity('value', hertz, 'Hz')];
    return [
      nested(
        ['controlVariable', 'controlVariable'],
        [code(filter), nested(['component', 'controlVariable'], inner)],
      ),
    ];
  };
  return [
    ...one('LOW_PASS', 'CUTOFF_FREQ', set?.lowPassHz ?? null),
    ...one('HIGH_PASS', 'CUTOFF_FREQ', set?.highPassHz ?? null),
    ...one('NOTCH', 'NOTCH_FREQ', set?.notchHz ?? null),
  ];
}

/** Leads known for the same time stand in one set: one for a whole ECG, several for a 3x4 page. */
function sequenceSets({ ecg, acquired }: Reading): Markup[] {
  const { sampleRateHz } = ecg;
  const increment = quantity('increment', 1 / sampleRateHz, 's');
  const sets = new Map<number, Map<number, Markup[]>>();
  for (const { name, origin, samples } of [...ecg.leads, ...ecg.extraLeads]) {
    if (origin === 'derived') continue;
    for (const [from, to] of stretchesOf(samples)) {
      const ends = sets.get(from) ?? new Map<number, Markup[]>();
      const digits = Array.from(samples.slice(from, to)).join(' ');
      ends.set(to, [...(ends.get(to) ?? []), sequence(name, digits)]);
      sets.set(from, ends);
    }
  }
  return [...sets].flatMap(([from, ends]) =>
    [...ends.values()].map((leads) => {
      const isWhole = from === 0 && sets.size === 1 && ends.size === 1;
      const time =
        isWhole && acquired
          ? timeSequence('TIME_ABSOLUTE', 'GLIST_TS', [
              element('head', { value: toHl7Time(acquired) }),
              increment,
            ])
          : timeSequence('TIME_RELATIVE', 'GLIST_PQ', [
              quantity('head', from / sampleRateHz, 's'),
              increment,
            ]);
      return nested(['component', 'sequenceSet'], [time, ...leads]);
    }),
  );
}

function stretchesOf(samples: ArrayLike<number>): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= samples.length; i += 1) {
    const isKnown = i < samples.length && samples[i] !== MISSING;
    if (isKnown && from < 0) from = i;
    if (!isKnown && from >= 0) {
      stretches.push([from, i]);
      from = -1;
    }
  }
  return stretches;
}

function timeSequence(code: string, type: string, children: readonly Markup[]): Markup {
  return nested(
    ['component', 'sequence'],
    [element('code', { code, ...ACT_CODE }), element('value', { 'xsi:type': type }, children)],
  );
}

function sequence(lead: string, digits: string): Markup {
  return nested(
    ['component', 'sequence'],
    [
      element('code', { code: `MDC_ECG_LEAD_${lead}`, ...MDC }),
      element('value', { 'xsi:type': 'SLIST_PQ' }, [
        quantity('origin', 0, 'uV'),
        quantity('scale', 1, 'uV'),
        textElement('digits', digits),
      ]),
    ],
  );
}

function annotationSet({ vendorMeasurements: found, vendorStatements }: Reading): Markup[] {
  const measured = found
    ? (Object.keys(MEASUREMENT_CODES) as (keyof VendorMeasurements)[]).flatMap((name) => {
        const value = found[name];
        return value === null ? [] : [annotation(MEASUREMENT_CODES[name][0], name, value)];
      })
    : [];
  const statements = vendorStatements.map((text) =>
    nested(
      ['component', 'annotation'],
      [
        element('code', { code: 'MDC_ECG_INTERPRETATION_STATEMENT', ...MDC }),
        textElement('value', text, { 'xsi:type': 'ST' }),
      ],
    ),
  );
  const interpretation =
    statements.length === 0
      ? []
      : [
          nested(
            ['component', 'annotation'],
            [element('code', { code: 'MDC_ECG_INTERPRETATION', ...MDC }), ...statements],
          ),
        ];
  const all = [...measured, ...interpretation];
  return all.length === 0 ? [] : [nested(['subjectOf', 'annotationSet'], all)];
}

function annotation(code: string, name: string, value: number): Markup {
  const unit = name.endsWith('Ms') ? 'ms' : name.endsWith('Degrees') ? 'deg' : 'bpm';
  return nested(
    ['component', 'annotation'],
    [element('code', { code, ...MDC }), quantity('value', value, unit)],
  );
}
