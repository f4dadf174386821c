import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fail } from '../../core/failure.js';
import type { BesideItem } from '../../ledger/beside.js';
import { entryOf } from '../../ledger/ledger.fixtures.js';
import type { EcgRecord } from '../../ledger/ledger.js';
import { startSandboxEhr, type SandboxEhr } from '../../sandbox/ehr/server.js';
import { createFhirClient, type FhirClient } from '../../wire/fhir/client.js';
import { silentLog } from '../../core/log.js';
import { kindsByCode } from './codes.js';
import { readBeside } from './reader.js';
import { READ_AGAIN_MS, startBesideStation } from './station.js';

const AT_MS = Date.UTC(2026, 5, 1, 12);
const CODES = {
  troponin: ['67151-1'],
  vital: ['8867-4', '8480-6', '8462-4'],
  complaint: ['8661-1'],
};
let ehr: SandboxEhr;
let client: FhirClient;
let noted: BesideItem[];

beforeEach(async () => {
  noted = [];
  ehr = await startSandboxEhr();
  client = createFhirClient({
    baseUrl: ehr.url,
    alsoKnownAs: [],
    token: () => null,
    tls: null,
    requestMsMax: 5_000,
    connectMsMax: 1_000,
    responseBytesMax: 1_048_576,
    connectionsMax: 4,
    now: Date.now,
  });
});
afterEach(async () => {
  await client.close();
  await ehr.close();
});

const put = (resource: Record<string, unknown>, id: string): void => {
  ehr.store.put({ resourceType: 'Observation', status: 'final', ...resource }, id);
};
const coded = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const at = (minutes: number): string => new Date(AT_MS + minutes * 60_000).toISOString();
const ofPatient = { subject: { reference: 'Patient/7' } };
const read = (more: Partial<EcgRecord> = {}): Promise<number> => {
  const record: EcgRecord = {
    ...entryOf(1, {
      patient: { authority: ehr.url, value: '7', others: [], name: null },
      encounter: { authority: ehr.url, value: '3' },
      acquisition: { instantMs: AT_MS, flags: [] },
      sourceReference: 'Observation/ecg-now',
    }),
    id: 'ecg-1',
    arrivedAtMs: AT_MS,
    sources: [],
    ...more,
  };
  const kinds = new Map(kindsByCode(CODES));
  kinds.set('11524-6', 'earlier-ecg');
  return readBeside('ecg-1', {
    client,
    kinds,
    systems: { HOSP: 'urn:mrn' },
    ledger: {
      assessments: { ecg: () => Promise.resolve(record) },
      beside: {
        note: (_key, items) => {
          noted.push(...items);
          return Promise.resolve(items.length);
        },
      },
    },
  });
};
const told = (): string[] =>
  noted.map(({ kind, value, unit }) => `${kind} ${String(value)} ${unit ?? ''}`.trim()).sort();

describe('what stands beside an ECG at the EHR', () => {
  test('is read by code, with its time and where it stands, from components too', async () => {
    const troponin = { valueQuantity: { value: 52, unit: 'ng/L' }, code: coded('67151-1') };
    const flag = { interpretation: [{ coding: [{ code: 'H' }] }] };
    put({ ...ofPatient, ...troponin, ...flag, effectiveDateTime: at(-60) }, 'tn');
    put(
      {
        ...ofPatient,
        code: coded('85354-9'),
        effectiveDateTime: at(-5),
        component: [
          { code: coded('8480-6'), valueQuantity: { value: 91, unit: 'mmHg' } },
          { code: coded('8462-4'), valueQuantity: { value: 60, unit: 'mmHg' } },
        ],
      },
      'bp',
    );
    put(
      { ...ofPatient, code: coded('8661-1'), effectiveDateTime: at(-9), valueString: 'chest pain' },
      'cc',
    );
    await read();
    expect(told()).toEqual([
      'complaint chest pain',
      'troponin 52 ng/L',
      'vital 60 mmHg',
      'vital 91 mmHg',
    ]);
    expect(noted.find(({ kind }) => kind === 'troponin')).toMatchObject({
      code: '67151-1',
      atMs: AT_MS - 3_600_000,
      interpretation: 'H',
      reference: 'Observation/tn',
    });
  });

  test('is nobody else’s, not void, not without an hour, and not this ECG itself', async () => {
    const value = { code: coded('67151-1'), valueQuantity: { value: 1 } };
    put({ subject: { reference: 'Patient/8' }, ...value, effectiveDateTime: at(-1) }, 'other');
    put({ ...ofPatient, ...value, effectiveDateTime: at(-1), status: 'entered-in-error' }, 'void');
    put({ ...ofPatient, ...value, effectiveDateTime: '2026-06-01' }, 'day');
    put({ ...ofPatient, code: coded('11524-6'), effectiveDateTime: at(0) }, 'ecg-now');
    put({ ...ofPatient, code: coded('11524-6'), effectiveDateTime: at(-90) }, 'ecg-before');
    await read();
    expect(noted.map(({ kind, reference }) => `${kind} ${reference ?? ''}`)).toEqual([
      'earlier-ecg Observation/ecg-before',
    ]);
  });

  test('holds why the patient came, and is found by the patient’s number', async () => {
    const reasonCode = [{ text: 'crushing chest pain' }];
    const period = { start: at(-30) };
    ehr.store.put({ resourceType: 'Encounter', status: 'arrived', reasonCode, period }, '3');
    const identifier = [{ system: 'urn:mrn', value: 'M1' }];
    ehr.store.put({ resourceType: 'Patient', identifier }, '7');
    const value = { code: coded('67151-1'), valueQuantity: { value: 5, comparator: '<' } };
    put({ ...ofPatient, ...value, effectiveDateTime: at(-1) }, 'tn');
    const patient = { authority: 'HOSP', value: 'M1', others: [], name: null };
    await read({ patient });
    expect(told()).toEqual(['complaint crushing chest pain', 'troponin <5']);
    ehr.store.put({ resourceType: 'Patient', identifier }, '9');
    noted = [];
    expect(await read({ patient })).toBe(0);
  });
});

describe('the reading', () => {
  test('comes back for what is measured later, and waits for an EHR that is away', async () => {
    const calls: string[] = [];
    let isAway = true;
    const nowMs = 1_000;
    const beside = {
      dueReads: () => Promise.resolve(calls.length < 3 ? [{ ecgId: 'ecg-1', reads: 0 }] : []),
      read: (_ecgId: string, againAtMs: number | null) => {
        calls.push(`again in ${(againAtMs ?? 0) - nowMs}`);
        return Promise.resolve();
      },
      putOff: () => {
        calls.push('put off');
        isAway = false;
        return Promise.resolve();
      },
    };
    const station = startBesideStation({
      beside,
      lease: () => Promise.resolve(true),
      read: () => (isAway ? Promise.reject(fail('destination-away', 'away')) : Promise.resolve(2)),
      log: silentLog,
      now: () => nowMs,
    });
    while (calls.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await station.stop();
    expect(calls.slice(0, 2)).toEqual(['put off', `again in ${READ_AGAIN_MS[0] ?? 0}`]);
  });
});
