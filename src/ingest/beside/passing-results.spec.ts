import { expect, test } from '@jest/globals';
import { refuse } from '../../core/failure.js';
import { silentLog } from '../../core/log.js';
import type { BesideItem } from '../../ledger/beside.js';
import type { Accepted } from '../../ledger/ledger.js';
import type { Submission } from '../intake.js';
import { notingResults } from './passing-results.js';

const NOW_MS = Date.UTC(2026, 5, 1, 13);
const oru = (...rows: string[]): string =>
  [
    'MSH|^~\\&|LAB|HOSP|LEADWIRE|HOSP|20260601130000||ORU^R01|M1|P|2.5.1',
    'PID|1||MRN1^^^HOSP^MR||Doe^Jo',
    'OBR|1|||TROP|||20260601115500+0000',
    ...rows,
  ].join('\r');
const TROPONIN = 'OBX|1|NM|67151-1^Troponin T^LN||52|ng/L||H|||F|||20260601120000+0000';

async function noted(text: string, outcome: Accepted['outcome'] = 'not-ours') {
  const found: { key: string; items: readonly BesideItem[] }[] = [];
  const submit = notingResults({
    intake: {
      submit: () =>
        Promise.resolve({
          accepted: { receiptId: 'receipt-1', outcome } as Accepted,
          failure: null,
        }),
    },
    beside: {
      note: (key, items) => {
        found.push({ key, items });
        return Promise.resolve(items.length);
      },
    },
    codes: { troponin: ['67151-1'], vital: ['8867-4'], complaint: [] },
    zoneOf: () => null,
    log: silentLog,
    now: () => NOW_MS,
  });
  const submission: Submission = {
    door: 'mllp',
    sender: 'LAB|HOSP',
    messageId: 'M1',
    contentType: 'x-application/hl7-v2+er7',
    bytes: new TextEncoder().encode(text),
    receivedAtMs: NOW_MS,
    hints: {},
    decoded: refuse('no-ecg', 'the message carries no ECG'),
    production: true,
  };
  await submit(submission);
  await new Promise((resolve) => setImmediate(resolve));
  return found;
}

test('a troponin that comes by is noted for its patient, with its time and flag', async () => {
  const [first] = await noted(oru(TROPONIN, 'OBX|2|NM|2345-7^Glucose^LN||5|mmol/L|||||F'));
  expect(first?.key).toBe('HOSP|MRN1');
  expect(first?.items).toEqual([
    {
      kind: 'troponin',
      code: '67151-1',
      display: 'Troponin T',
      value: 52,
      unit: 'ng/L',
      atMs: Date.UTC(2026, 5, 1, 12),
      interpretation: 'H',
      reference: 'receipt-1',
    },
  ]);
});

test('a structured number keeps its sign, an alternative code counts, the order gives the time', async () => {
  const [first] = await noted(oru('OBX|1|SN|TNT^Local^L^67151-1^Troponin T^LN||<^3|ng/L|||||F'));
  expect(first?.items[0]).toMatchObject({
    value: '<3',
    code: '67151-1',
    atMs: Date.UTC(2026, 5, 1, 11, 55),
  });
});

test.each([
  ['a withdrawn row', oru(TROPONIN.replace('|||F|', '|||D|'))],
  ['another code', oru('OBX|1|NM|2345-7^Glucose^LN||5|mmol/L|||||F')],
  ['two patients', `${oru(TROPONIN)}\rPID|2||MRN2^^^HOSP^MR`],
  ['no message', 'hello'],
])('%s is not noted', async (_what, text) => {
  expect(await noted(text)).toEqual([]);
});

test('of an ECG nothing is noted: its values are its own', async () => {
  expect(await noted(oru(TROPONIN), 'ecg')).toEqual([]);
});
