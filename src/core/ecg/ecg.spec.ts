import { describe, expect, test } from '@jest/globals';
import { createEcg, leadOf, MISSING, withPatient, type EcgInput } from './ecg.js';
import { INDEPENDENT_LEADS, LEAD_NAMES, parseLead } from './lead.js';

const eight = (value: (lead: number, i: number) => number, count = 500): EcgInput => ({
  sampleRateHz: 250,
  leads: INDEPENDENT_LEADS.map((name, lead) => ({
    name,
    microvolts: Array.from({ length: count }, (_, i) => value(lead, i)),
  })),
});

function made(input: EcgInput) {
  const result = createEcg(input);
  if (!result.ok) throw new Error(result.failure.detail);
  return result.value;
}

function refusal(input: EcgInput): string {
  const result = createEcg(input);
  return result.ok ? 'accepted' : result.failure.code;
}

describe('an Ecg', () => {
  test('has twelve leads in order; the four derived ones follow Einthoven and Goldberger', () => {
    const ecg = made(eight((lead) => (lead === 0 ? 300 : lead === 1 ? 501 : 7)));
    expect(ecg.leads.map(({ name }) => name)).toEqual([...LEAD_NAMES]);
    expect(leadOf(ecg, 'III').samples[0]).toBe(201);
    expect(leadOf(ecg, 'aVR').samples[0]).toBe(-401); // -(300 + 501) / 2 = -400.5
    expect(leadOf(ecg, 'aVL').samples[0]).toBe(50); // 300 - 501 / 2 = 49.5
    expect(leadOf(ecg, 'aVF').samples[0]).toBe(351);
    expect(leadOf(ecg, 'aVF').origin).toBe('derived');
    expect(leadOf(ecg, 'V6').origin).toBe('recorded');
  });

  test('rounds a lead and its inversion alike', () => {
    const up = made(eight(() => 10.5));
    const down = made(eight(() => -10.5));
    expect(leadOf(up, 'V1').samples[3]).toBe(11);
    expect(leadOf(down, 'V1').samples[3]).toBe(-11);
  });

  test('cannot be changed by its holder', () => {
    const source = eight(() => 1);
    const ecg = made(source);
    expect(Object.isFrozen(ecg) && Object.isFrozen(ecg.leads) && Object.isFrozen(ecg.patient)).toBe(
      true,
    );
    (source.leads[0]?.microvolts as number[])[0] = 999;
    expect(ecg.leads[0]?.samples[0]).toBe(1);
  });

  test.each<[string, EcgInput]>([
    ['lead-missing', { ...eight(() => 0), leads: eight(() => 0).leads.slice(0, 7) }],
    [
      'lead-doubled',
      { ...eight(() => 0), leads: [...eight(() => 0).leads, ...eight(() => 0).leads] },
    ],
    ['sample-not-a-number', eight((lead, i) => (lead === 2 && i === 9 ? NaN : 0))],
    ['sample-out-of-range', eight((_, i) => (i === 9 ? 40_000 : 0))],
    ['sample-out-of-range', eight((_, i) => (i === 9 ? -Infinity : 0))],
    ['sample-rate-invalid', { ...eight(() => 0), sampleRateHz: NaN }],
    ['sample-rate-invalid', { ...eight(() => 0), sampleRateHz: 10 }],
    ['duration-invalid', eight(() => 0, 100)],
    ['duration-invalid', { sampleRateHz: 500, leads: [] }],
    ['age-invalid', { ...eight(() => 0), patient: { ageYears: -1 } }],
    ['lead-missing', eight((lead) => (lead === 4 ? MISSING : 0))],
  ])('is refused as %s', (code, input) => {
    expect(refusal(input)).toBe(code);
  });

  test('with one lead of another length is refused and names the lead', () => {
    const leads = [...eight(() => 0).leads];
    leads[3] = { name: 'V2', microvolts: [1, 2, 3] };
    expect(createEcg({ sampleRateHz: 250, leads })).toMatchObject({
      ok: false,
      failure: { code: 'sample-count-differs', detail: expect.stringContaining('V2') },
    });
  });

  test('knows a lead for part of the time, as a 3x4 page does', () => {
    const ecg = made({ ...eight((lead, i) => (lead < 2 && i >= 125 ? NaN : 5)), partial: true });
    expect(leadOf(ecg, 'I')).toMatchObject({ from: 0, to: 125 });
    expect(leadOf(ecg, 'aVF')).toMatchObject({ from: 0, to: 125, origin: 'derived' });
    expect(leadOf(ecg, 'I').samples[125]).toBe(MISSING);
    expect(leadOf(ecg, 'V1')).toMatchObject({ from: 0, to: 500 });
  });

  test('keeps its recording when the patient beside it becomes known', () => {
    const ecg = made(eight(() => 0));
    const known = withPatient(ecg, { ageYears: 70, sex: 'female' });
    expect(known.patient).toEqual({ ageYears: 70, sex: 'female' });
    expect(known.leads).toBe(ecg.leads);
    expect(ecg.patient).toEqual({ ageYears: null, sex: null });
  });
});

describe('a lead name', () => {
  test.each([
    ['131389', 'III'],
    ['MDC_ECG_LEAD_aVR', 'aVR'],
    ['MDC_ECG_ELEC_POTL_V4', 'V4'],
    ['AVR', 'aVR'],
    ['Lead I', 'I'],
    [' v6 ', 'V6'],
    ['131390', 'aVR'],
    ['V7', null],
    ['131328', null],
    ['', null],
  ])('%j stands for %j', (text, lead) => {
    expect(parseLead(text)).toBe(lead);
  });
});
