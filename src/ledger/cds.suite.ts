import { expect, test } from '@jest/globals';
import { patientKey } from '../core/ecg/reading.js';
import { arrivalOf, entryOf, UNDER } from './ledger.fixtures.js';
import type { CdsCardNote, CdsFeedbackNote } from './cds.js';
import type { Bench } from './ledger.suite.js';

const card = (name: string, more: Partial<CdsCardNote> = {}): CdsCardNote => ({
  card: name,
  service: 'leadwire-patient-view',
  assessmentId: 'assessment-cds',
  ecgId: 'ecg-cds',
  findingId: 'omi',
  atMs: 1_000,
  ...more,
});

const answer = (name: string, more: Partial<CdsFeedbackNote> = {}): CdsFeedbackNote => ({
  card: name,
  outcome: 'overridden',
  reasonCode: 'not-present',
  comment: 'old infarct',
  by: 'https://ehr.example',
  atMs: 2_000,
  ...more,
});

export function cdsRules(bench: () => Bench): void {
  const cds = () => bench().ledger.cds;

  test('of one token used many times at once, one use is the first', async () => {
    const untilMs = bench().clock.nowMs + 60_000;
    const uses = await Promise.all([1, 2, 3, 4].map(() => cds().admitToken('token-a', untilMs)));
    expect(uses.filter(Boolean)).toHaveLength(1);
    await expect(cds().admitToken('token-a', untilMs)).resolves.toBe(false);
    await expect(cds().admitToken('token-b', untilMs)).resolves.toBe(true);
  });

  test('a token is forgotten only after it has expired', async () => {
    const { clock } = bench();
    await cds().admitToken('token-c', clock.nowMs + 1_000);
    await cds().admitToken('token-d', clock.nowMs + 60_000);
    await expect(cds().admitToken('token-c', clock.nowMs + 1_000)).resolves.toBe(false);
    clock.nowMs += 2_000;
    await cds().admitToken('token-e', clock.nowMs + 60_000);
    await expect(cds().admitToken('token-c', clock.nowMs + 1_000)).resolves.toBe(true);
    await expect(cds().admitToken('token-d', clock.nowMs + 60_000)).resolves.toBe(false);
  });

  test('the answer to a card finds its assessment; one to a stranger finds none', async () => {
    await cds().cardsShown([card('card-1'), card('card-2', { findingId: null })]);
    await cds().cardsShown([card('card-1', { service: 'another' })]);
    await expect(cds().feedback(answer('card-1'))).resolves.toEqual(card('card-1'));
    await expect(cds().feedback(answer('card-1'))).resolves.toEqual(card('card-1'));
    await expect(cds().feedback(answer('card-9'))).resolves.toBeNull();
    await expect(cds().feedbackOf('assessment-cds')).resolves.toEqual([answer('card-1')]);
    await expect(cds().feedbackOf('assessment-none')).resolves.toEqual([]);
  });

  test('the newest ECGs of a patient are found under each number', async () => {
    const { ledger } = bench();
    const patient = { authority: 'urn:oid:2.999.6', value: 'cds-7', others: [], name: null };
    const ids: (string | null)[] = [];
    for (const hours of [1, 2, 3]) {
      const ecg = entryOf(hours, {
        patient,
        acquisition: { instantMs: hours * 3_600_000, flags: [] },
      });
      const accepted = await ledger.receipts.accept(
        arrivalOf({ messageId: `cds-${hours}` }),
        { outcome: 'ecg', ecg, warning: null },
        UNDER,
      );
      ids.push(accepted.ecgId);
    }
    const keys = [patientKey({ authority: 'urn:oid:2.999', value: 'x' }), patientKey(patient)];
    await expect(cds().newestEcgs(keys, 1.5 * 3_600_000, 5)).resolves.toEqual([ids[2], ids[1]]);
    await expect(cds().newestEcgs(keys, 0, 1)).resolves.toEqual([ids[2]]);
    await expect(cds().newestEcgs([], 0, 5)).resolves.toEqual([]);
  });
}
