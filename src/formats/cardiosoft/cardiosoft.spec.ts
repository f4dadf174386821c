import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { misassigned } from '../../../test/support/misassigned.js';
import { sampleMicrovolts } from '../../../test/support/reading.js';
import { leadOf } from '../../core/ecg/ecg.js';
import { checkLimbLeads } from '../../core/ecg/einthoven.js';
import { LEAD_NAMES, type LeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { CARDIOSOFT_XML, decodeCardioSoftXml, UNNAMED_CARDIOSOFT_FACILITY } from './cardiosoft.js';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

function read(input: string | Uint8Array): Reading {
  const result = decodeCardioSoftXml(typeof input === 'string' ? bytesOf(input) : input);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

function refusal(text: string): string {
  const result = decodeCardioSoftXml(bytesOf(text));
  return result.ok ? 'was read' : result.failure.code;
}

// Fifty samples at 50 Hz: the few that a test is about, then nought, in lines of ten.
const numbers = (...first: readonly number[]): string[] =>
  [...first, ...Array.from({ length: 50 - first.length }, () => 0)].map(String);
const lined = (values: readonly string[], between: string): string =>
  [0, 10, 20, 30, 40].map((i) => values.slice(i, i + 10).join(',')).join(between);

const waveform = (lead: string, content: string): string =>
  `<WaveformData lead="${lead}">\t\t${content}</WaveformData>`;

const leads = (samples: Partial<Record<LeadName, string>> = {}): string =>
  LEAD_NAMES.map((name) => waveform(name, samples[name] ?? lined(numbers(), ',\n\t\t'))).join('\n');

const strip = (
  content: string,
  resolution = '<Resolution units="uVperLsb">5</Resolution>',
): string =>
  `<StripData><NumberOfLeads>12</NumberOfLeads><SampleRate units="Hz">50</SampleRate><ChannelSampleCountTotal>50</ChannelSampleCountTotal>${resolution}${content}</StripData>`;

const document = (content: string): string =>
  `<?xml version="1.0" encoding="ISO-8859-1" ?>\r\n<CardiologyXML>${content}</CardiologyXML>`;

const PLAIN = document(strip(leads({ V1: lined(numbers(1, -1, 500), ',\n\t\t') })));

const first = (reading: Reading, name: LeadName): number[] =>
  Array.from(leadOf(reading.ecg, name).samples.slice(0, 4));

describe('numbers worked out by hand', () => {
  test('samples are worth their resolution', () => {
    const { ecg } = read(PLAIN);
    // 1 * 5 uV, -1 * 5 uV, 500 * 5 uV.
    expect(first(read(PLAIN), 'V1')).toEqual([5, -5, 2500, 0]);
    expect([ecg.sampleRateHz, ecg.sampleCount]).toEqual([50, 50]);
    expect(ecg.leads.every(({ origin }) => origin === 'recorded')).toBe(true);
    const millivolts = '<Resolution units="mVperLsb">0.0025</Resolution>';
    // 0.0025 mV is 2.5 uV, and -2.5 uV rounds away from nought.
    const other = document(strip(leads({ V1: numbers(1, -1, 500).join() }), millivolts));
    expect(first(read(other), 'V1')).toEqual([3, -3, 1250, 0]);
    // 4.88 uV * 500 = 2440 uV, written with a comma.
    const comma = PLAIN.replace('"uVperLsb">5', '"uVperLsb">4,88');
    expect(first(read(comma), 'V1')).toEqual([5, -5, 2440, 0]);
  });

  test('lines end with a comma, in one or before one, and blanks say nothing', () => {
    const values = numbers(7, -8, 9);
    const expected = [35, -40, 45, 0];
    for (const between of [',\n\t\t', '\n\t\t', '\r\n,', ', ']) {
      expect(first(read(document(strip(leads({ II: lined(values, between) })))), 'II')).toEqual(
        expected,
      );
    }
    const ended = `${values.join(' , ')},\n`;
    expect(first(read(document(strip(leads({ II: ended })))), 'II')).toEqual(expected);
  });
});

describe('the strip', () => {
  const loud = leads({ V1: numbers(9, 9, 9, 9).join() });
  test('is neither the median beat nor the full disclosure', () => {
    const median = `<RestingECGMeasurements><MedianSamples>${loud}</MedianSamples></RestingECGMeasurements>`;
    const disclosure =
      '<FullDisclosure><FullDisclosureData>9,9,9</FullDisclosureData></FullDisclosure>';
    const plain = strip(leads());
    expect(first(read(document(median + plain + disclosure)), 'V1')).toEqual([0, 0, 0, 0]);
    expect(refusal(document(median + disclosure))).toBe('no-ecg');
  });

  test('leads without samples were not recorded', () => {
    const more = `<WaveformData lead="V4R">\n\t\t</WaveformData><WaveformData lead="V7"/>`;
    expect(read(document(strip(leads() + more))).ecg.extraLeads).toEqual([]);
    const noThird = strip(
      leads().replace(waveform('III', lined(numbers(), ',\n\t\t')), waveform('III', '')),
    );
    expect(leadOf(read(document(noThird)).ecg, 'III').origin).toBe('derived');
    expect(refusal(document(strip(leads({ V1: ' ' }))))).toBe('lead-missing');
  });

  test('one without samples goes behind one that has them', () => {
    const empty = '<StripData><NumberOfLeads>0</NumberOfLeads></StripData>';
    expect(first(read(document(empty + strip(loud))), 'V1')[0]).toBe(45);
  });

  test('may stand one level down, and holds leads beyond the twelve', () => {
    const more = waveform('V4R', numbers(2).join()) + waveform('X', '1,2');
    const { ecg } = read(document(`<Strip>${strip(leads() + more)}</Strip>`));
    expect(ecg.extraLeads.map(({ name, samples }) => [name, samples[0]])).toEqual([['V4R', 10]]);
  });
});

describe('what stands around the waveform', () => {
  const of = (content: string): Reading => read(document(content + strip(leads())));

  test('who it is, by the facility where one is named', () => {
    const person =
      '<PatientInfo><PID>123</PID><Name><FamilyName>M\u00fcller</FamilyName><GivenName>Eva</GivenName></Name><Age units="YEARS">53</Age><BirthDateTime><Day>1</Day><Month>2</Month><Year>1965</Year></BirthDateTime><Gender>FEMALE</Gender></PatientInfo>';
    const { patient, birthDate, ecg } = of(person);
    expect(patient).toEqual({
      authority: UNNAMED_CARDIOSOFT_FACILITY,
      value: '123',
      others: [],
      name: { family: 'M\u00fcller', given: 'Eva' },
    });
    expect([birthDate, ecg.patient]).toEqual(['1965-02-01', { ageYears: 53, sex: 'female' }]);
    expect(of('<PatientInfo><Gender>F</Gender></PatientInfo>').ecg.patient.sex).toBe('female');
    const visit =
      '<PatientVisit><ServicingFacility><Name>CLINIC</Name></ServicingFacility><OrderNumber>7</OrderNumber></PatientVisit>';
    expect(of(person + visit).patient?.authority).toBe('CLINIC');
    expect(of(visit).order).toEqual({ authority: 'CLINIC', value: '7' });
    expect(of('').patient).toBeNull();
  });

  test('when', () => {
    const at = (day: string): Reading['acquired'] =>
      of(
        `<ObservationDateTime><Hour>4</Hour><Minute>19</Minute><Second>39</Second><Day>${day}</Day><Month>7</Month><Year>2018</Year></ObservationDateTime>`,
      ).acquired;
    expect(at('9')).toEqual({ local: '2018-07-09T04:19:39.000', offsetMinutes: null });
    expect(at('32')).toBeNull();
  });

  test('device, filters, measurements and statements', () => {
    const reading = of(
      '<ClinicalInfo><DeviceInfo><Desc>CardioSoft</Desc></DeviceInfo></ClinicalInfo><FilterSetting><Filter50Hz>Yes</Filter50Hz><Filter60Hz>No</Filter60Hz><LowPass units="Hz">100</LowPass><HighPass units="Hz">0.01</HighPass></FilterSetting><RestingECGMeasurements><VentricularRate units="BPM">50</VentricularRate><PQInterval units="ms"></PQInterval><QRSDuration units="ms">92</QRSDuration><RAxis units="degrees">0</RAxis></RestingECGMeasurements><Interpretation><Diagnosis><DiagnosisText>Sinus bradycardia</DiagnosisText><DiagnosisText></DiagnosisText></Diagnosis><Conclusion><ConclusionText>Sinus bradycardia</ConclusionText><ConclusionText>Paced</ConclusionText></Conclusion></Interpretation>',
    );
    expect(reading.ecg.device?.model).toBe('CardioSoft');
    expect(reading.ecg.filters).toEqual({ highPassHz: 0.01, lowPassHz: 100, notchHz: 50 });
    expect(reading.vendorMeasurements).toMatchObject({
      heartRateBpm: 50,
      prMs: null,
      qrsMs: 92,
      qrsAxisDegrees: 0,
    });
    expect(reading.vendorStatements).toEqual(['Sinus bradycardia', 'Paced']);
    expect(of('').vendorMeasurements).toBeNull();
  });
});

describe('faults are named', () => {
  const broken = (from: string, to: string): string => PLAIN.replace(from, to);
  test.each([
    ['no-ecg', document('')],
    ['no-ecg', '<Other/>'],
    ['no-ecg', document(strip(''))],
    ['encoding-broken', PLAIN.slice(0, -1)],
    ['encoding-broken', document(strip(waveform('I', waveform('II', '1,2'))))],
    ['unit-unknown', broken('uVperLsb', 'kgperLsb')],
    ['unit-unknown', broken('"uVperLsb">5', '"uVperLsb">0')],
    ['unit-unknown', broken('<SampleRate units="Hz"', '<SampleRate units="bpm"')],
    ['sample-rate-invalid', broken('<SampleRate units="Hz">50', '<SampleRate units="Hz">')],
    ['sample-rate-invalid', broken('<SampleRate units="Hz">50', '<SampleRate units="Hz">9999')],
    ['sample-not-a-number', broken('\t\t1,-1,', '\t\t1,,-1,')],
    ['sample-not-a-number', broken('\t\t1,-1,', '\t\t1,x,')],
    ['sample-count-differs', broken('\t\t1,-1,', '\t\t1,')],
    ['sample-count-differs', broken('<ChannelSampleCountTotal>50', '<ChannelSampleCountTotal>51')],
    ['lead-doubled', broken('lead="V2"', 'lead="V1"')],
    ['lead-missing', broken('lead="V2"', 'lead="X"')],
  ])('%s', (code, text) => {
    expect(refusal(text)).toBe(code);
  });

  test('mutated bytes are an Ecg or a named refusal, and no lead takes the place of another', () => {
    const samples = LEAD_NAMES.map((name) => waveform(name, sampleMicrovolts(name, 50).join()));
    const original = bytesOf(document(strip(samples.join(''))));
    const { ecg } = read(original);
    const edit = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = original.slice();
        for (const [at, byte] of edits) bytes[at] = byte;
        const result = CARDIOSOFT_XML.decode(bytes, {});
        if (!result.ok) expect(result.failure.class).toBe('permanent');
        else expect(misassigned(result.value.ecg, ecg)).toEqual([]);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  test('limb leads that do not add up are seen, and those that do', () => {
    // III = II - I, aVR = -(I + II) / 2, aVL = I - II / 2 and aVF = II - I / 2 of slopes 2 and 6.
    const slopes = { I: 2, II: 6, III: 4, aVR: -4, aVL: -1, aVF: 5 };
    const sloped = Object.entries(slopes).map(([name, slope]): [string, string] => [
      name,
      Array.from({ length: 50 }, (_, i) => slope * i).join(),
    ]);
    const right = document(strip(leads(Object.fromEntries(sloped))));
    const agreeing = (text: string): string[] =>
      checkLimbLeads(read(text).ecg).flatMap(({ lead, agrees }) => (agrees ? [lead] : []));
    expect(agreeing(right)).toEqual(['III', 'aVR', 'aVL', 'aVF']);
    const swapped = right
      .replace('lead="II"', 'lead="?"')
      .replace('lead="III"', 'lead="II"')
      .replace('lead="?"', 'lead="III"');
    expect(agreeing(swapped)).toEqual([]);
  });
});
