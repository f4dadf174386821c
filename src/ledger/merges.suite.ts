import { expect, test } from '@jest/globals';
import { arrivalOf, ecgVerdict, entryOf, UNDER } from './ledger.fixtures.js';
import type { Arrival, EcgEntry } from './ledger.js';
import type { Bench } from './ledger.suite.js';
import { patientNumber } from './revisions.suite.js';

export function mergeRules(bench: () => Bench): void {
  const ledger = () => bench().ledger;

  const accept = (seed: number, more: Partial<EcgEntry> = {}, by: Partial<Arrival> = {}) =>
    ledger().receipts.accept(arrivalOf(by), ecgVerdict(entryOf(seed, more)), UNDER);

  const merge = (into: string, ...from: string[]) =>
    ledger().receipts.accept(
      arrivalOf(),
      {
        outcome: 'notice',
        notice: { kind: 'merge', into: patientNumber(into), from: from.map(patientNumber) },
      },
      UNDER,
    );

  test('patients made one have one history, and what comes later under a former number joins it', async () => {
    const before = await accept(251);
    const survivor = patientNumber('S-251');
    await merge('S-251', 'MRN-251');
    const record = await ledger().assessments.ecg(before.ecgId ?? '');
    expect(record?.patient).toMatchObject({
      value: survivor.value,
      others: [{ authority: survivor.authority, value: 'MRN-251' }],
    });
    const same = await accept(251, { patient: survivor });
    expect(same).toMatchObject({ ecgId: before.ecgId, isNewEcg: false });
    const later = await accept(252, { patient: patientNumber('MRN-251') });
    const ecg = await ledger().assessments.ecg(later.ecgId ?? '');
    expect(ecg?.patient?.value).toBe('S-251');
    const copy = await accept(252, { patient: survivor }, { door: 'rest' });
    expect(copy).toMatchObject({ ecgId: later.ecgId, isNewEcg: false });
  });

  test('merges follow each other to their end, and back', async () => {
    const one = await accept(253);
    const whose = async () => (await ledger().assessments.ecg(one.ecgId ?? ''))?.patient?.value;
    await merge('B-253', 'MRN-253');
    await merge('C-253', 'B-253');
    expect(await whose()).toBe('C-253');
    await expect(ledger().revisions.survivorOf(patientNumber('MRN-253'))).resolves.toMatchObject({
      value: 'C-253',
    });
    await merge('MRN-253', 'C-253', 'B-253');
    expect(await whose()).toBe('MRN-253');
    await merge('MRN-253', 'MRN-253');
    expect(await whose()).toBe('MRN-253');
  });
}
