import { expect, test } from '@jest/globals';
import { deliveryIdOf } from './identity.js';
import {
  arrivalOf,
  ASSESSMENT,
  DELIVERIES,
  ecgOf,
  ecgVerdict,
  entryOf,
  microvolts,
  NOON_MS,
  OUTCOMES,
  UNDER,
} from './ledger.fixtures.js';
import type { Accepted, Arrival, EcgEntry } from './ledger.js';
import type { Bench } from './ledger.suite.js';
import type { Withdrawal } from './revisions.js';

const LEASE_MS = 30_000;
const ORDER = { authority: 'ORDERS', value: 'O-7' };

export function patientNumber(value: string): NonNullable<EcgEntry['patient']> {
  return { authority: 'urn:oid:1.2.3', value, others: [], name: null };
}

export function revisionRules(bench: () => Bench): void {
  const ledger = () => bench().ledger;
  const endOf = (accepted: Accepted) => ledger().revisions.endOf(accepted.ecgId ?? '');

  const accept = (seed: number, more: Partial<EcgEntry> = {}, by: Partial<Arrival> = {}) =>
    ledger().receipts.accept(arrivalOf(by), ecgVerdict(distinct(seed, more)), UNDER);

  const complete = (accepted: Accepted) =>
    ledger().assessments.complete(accepted.assessmentId ?? '', ASSESSMENT, OUTCOMES, DELIVERIES);

  const confirm = async (id: string) => {
    const claim = await ledger().deliveries.claim(id, 'worker', LEASE_MS);
    await ledger().deliveries.confirm(id, claim?.fence ?? 0, `Remote/${id}`);
  };

  const standing = async (accepted: Accepted) => {
    const all = await ledger().deliveries.ofAssessment(accepted.assessmentId ?? '');
    return all.map(({ kind, state }) => `${kind} ${state}`).sort();
  };

  const withdraw = (more: Partial<Withdrawal>) =>
    ledger().receipts.accept(
      arrivalOf(),
      {
        outcome: 'notice',
        notice: {
          kind: 'withdrawal',
          patient: null,
          order: null,
          acquiredMs: null,
          namesEcg: true,
          sourceReference: null,
          sourceVersion: null,
          fingerprint: null,
          ...more,
        },
      },
      UNDER,
    );

  test('the same recording under another patient is moved there, and taken back where it stood', async () => {
    const temporary = await accept(201);
    for (const id of await complete(temporary)) await confirm(id);
    const moved = await accept(201, { patient: patientNumber('REAL-201') });
    expect(moved).toMatchObject({ isNewEcg: true, retractionIds: [expect.any(String)] });
    await expect(endOf(temporary)).resolves.toMatchObject({
      why: 'moved',
      byEcgId: moved.ecgId,
      receiptId: moved.receiptId,
    });
    await expect(endOf(moved)).resolves.toBeNull();
    await expect(ledger().revisions.replacedBy(moved.ecgId ?? '')).resolves.toMatchObject([
      { ecgId: temporary.ecgId },
    ]);
    expect(await standing(temporary)).toEqual([
      'alert delivered',
      'result delivered',
      'retraction pending',
    ]);
    const retraction = { destination: 'ehr', kind: 'retraction' } as const;
    expect(moved.retractionIds).toEqual([deliveryIdOf(temporary.assessmentId ?? '', retraction)]);
    await expect(ledger().assessments.get(moved.assessmentId ?? '')).resolves.toMatchObject({
      state: 'pending',
      isFirst: true,
    });
  });

  test('a late copy under the former number moves nothing back', async () => {
    const temporary = await accept(202);
    const real = await accept(202, { patient: patientNumber('REAL-202') });
    const copy = await accept(202, {}, { door: 'rest' });
    expect(copy).toMatchObject({ ecgId: temporary.ecgId, isNewEcg: false });
    await expect(endOf(real)).resolves.toBeNull();
  });

  test('what the EHR has filed, or somebody corrected, is not moved by a cart that comes later', async () => {
    const filed = await accept(203, { sourceReference: 'Observation/203' }, { door: 'fhir' });
    const late = await accept(203, { patient: patientNumber('TEMP-203') });
    await expect(endOf(filed)).resolves.toBeNull();
    await expect(endOf(late)).resolves.toMatchObject({ why: 'moved', byEcgId: filed.ecgId });
    expect(await complete(late)).toHaveLength(1);
    expect(await standing(late)).toEqual(['retraction pending']);
  });

  const calibration = { ecg: ecgOf(microvolts(1).map(() => pulses(1_000))) };
  const flat = { ecg: ecgOf(microvolts(1).map((_, i) => pulses(20 + i))) };
  const timeless = { acquisition: { instantMs: null, flags: ['time-missing'] } } as const;
  const later = { acquisition: { instantMs: NOON_MS + 1_500, flags: [] } } as const;
  const cases: readonly (readonly [string, Partial<EcgEntry>, Partial<EcgEntry>])[] = [
    ['at another second', {}, later],
    ['without a time', timeless, timeless],
    ['of no patient', {}, { patient: null }],
    ['that is a calibration in every lead', calibration, calibration],
    ['without any signal', flat, flat],
  ];
  test.each(cases)('the same recording %s is moved from nobody', async (what, first, second) => {
    const one = await accept(204, { patient: patientNumber(`${what} 1`), ...first });
    const two = await accept(204, { patient: patientNumber(`${what} 2`), ...second });
    expect(two.isNewEcg).toBe(true);
    await expect(endOf(one)).resolves.toBeNull();
    await expect(endOf(two)).resolves.toBeNull();
  });

  test('a corrected ECG replaces the one of its order, also at another time', async () => {
    const first = await accept(205, { order: ORDER });
    const corrected = await accept(206, {
      ...corrections(205),
      order: ORDER,
      acquisition: { instantMs: NOON_MS + 3_600_000, flags: [] },
    });
    await expect(endOf(first)).resolves.toMatchObject({
      why: 'corrected',
      byEcgId: corrected.ecgId,
    });
  });

  test('without an order it replaces the one ECG of its minute', async () => {
    const first = await accept(207);
    const corrected = await accept(208, corrections(207));
    await expect(endOf(first)).resolves.toMatchObject({ byEcgId: corrected.ecgId });
  });

  test('of two that could be meant it replaces neither, nor that of another order', async () => {
    const patient = patientNumber('MRN-209');
    const near = { acquisition: { instantMs: NOON_MS + 30_000, flags: [] }, patient };
    const [one, two] = [await accept(209), await accept(210, near)];
    await accept(211, corrections(209));
    const ordered = await accept(212, { order: ORDER });
    await accept(213, { ...corrections(212), order: { ...ORDER, value: 'O-8' } });
    for (const each of [one, two, ordered]) await expect(endOf(each)).resolves.toBeNull();
  });

  test('a later version of the same resource replaces, an earlier one that was overtaken does not', async () => {
    const source = { sourceReference: 'Observation/214' };
    const second = await accept(214, { ...source, sourceVersion: '2' }, { door: 'fhir' });
    const third = await accept(215, { ...source, sourceVersion: '10' }, { door: 'fhir' });
    const first = await accept(216, { ...source, sourceVersion: '1' }, { door: 'fhir' });
    await expect(endOf(second)).resolves.toMatchObject({ why: 'corrected', byEcgId: third.ecgId });
    await expect(endOf(third)).resolves.toBeNull();
    await expect(endOf(first)).resolves.toMatchObject({ byEcgId: third.ecgId });
    const again = await accept(214, { ...source, sourceVersion: '11' }, { door: 'fhir' });
    expect(again.isNewEcg).toBe(true);
    expect(again.ecgId).not.toBe(second.ecgId);
    await expect(endOf(third)).resolves.toMatchObject({ byEcgId: again.ecgId });
    await expect(endOf(again)).resolves.toBeNull();
  });

  test('what was moved by mistake comes back by a correction', async () => {
    const right = await accept(217);
    const wrong = await accept(217, { patient: patientNumber('WRONG-217') });
    const back = await accept(217, { status: 'corrected' });
    expect(back.isNewEcg).toBe(true);
    expect(back.ecgId).not.toBe(right.ecgId);
    await expect(endOf(wrong)).resolves.toMatchObject({ why: 'moved', byEcgId: back.ecgId });
    await expect(endOf(back)).resolves.toBeNull();
    const again = await accept(217, { status: 'corrected' });
    expect(again).toMatchObject({ ecgId: back.ecgId, isNewEcg: false });
  });

  test('a withdrawal by resource, by recording, by order or by time ends the ECG that is meant', async () => {
    const patient = (seed: number) => patientNumber(`MRN-${seed}`);
    const named = await accept(218, { sourceReference: 'Observation/218' });
    const ordered = await accept(219, { order: ORDER });
    const timed = await accept(220);
    await withdraw({ sourceReference: 'Observation/218' });
    await withdraw({ patient: patient(219), order: ORDER, namesEcg: false });
    await withdraw({ patient: patient(220), acquiredMs: NOON_MS + 5_000 });
    for (const each of [named, ordered, timed]) {
      await expect(endOf(each)).resolves.toMatchObject({ why: 'withdrawn', byEcgId: null });
    }
  });

  test('a withdrawal that is not surely about an ECG, or about which one, ends none', async () => {
    const one = await accept(221);
    const other = { ...ORDER, value: 'LAB-1' };
    const about = { patient: patientNumber('MRN-221'), acquiredMs: NOON_MS };
    const told = await withdraw({ ...about, namesEcg: false });
    expect(told).toMatchObject({ outcome: 'notice', ecgId: null, retractionIds: [] });
    await withdraw({ ...about, order: other, namesEcg: false });
    await withdraw({ ...about, patient: patientNumber('MRN-none') });
    await withdraw({ sourceReference: 'Observation/none' });
    await expect(endOf(one)).resolves.toBeNull();
  });

  test('an ECG that comes after its withdrawal does not stand; a newer state of it does', async () => {
    const source = { sourceReference: 'Observation/222' };
    await withdraw({ ...source, sourceVersion: '3' });
    const late = await accept(222, { ...source, sourceVersion: '2' }, { door: 'fhir' });
    await expect(endOf(late)).resolves.toMatchObject({ why: 'withdrawn' });
    const newer = await accept(223, { ...source, sourceVersion: '4' }, { door: 'fhir' });
    await expect(endOf(newer)).resolves.toBeNull();
  });

  test('a delivery that waits is cancelled; one on its way is given its lease before it is looked for', async () => {
    const one = await accept(224);
    const [first = '', second = ''] = await complete(one);
    const claim = await ledger().deliveries.claim(first, 'worker', LEASE_MS);
    await ledger().deliveries.sending(first, claim?.fence ?? 0);
    const { retractionIds = [] } = await accept(224, { patient: patientNumber('REAL-224') });
    const [retraction] = await Promise.all(retractionIds.map((id) => ledger().deliveries.get(id)));
    expect(retraction?.dueAtMs).toBe(bench().clock.nowMs + LEASE_MS);
    await expect(ledger().deliveries.get(second)).resolves.toMatchObject({ state: 'cancelled' });
    await expect(ledger().deliveries.claim(second, 'worker', LEASE_MS)).resolves.toBeNull();
    await expect(
      ledger().deliveries.confirm(first, claim?.fence ?? 0, 'Remote/1'),
    ).rejects.toMatchObject({ failure: { code: 'lease-lost' } });
    const due = await ledger().deliveries.due(Number.MAX_SAFE_INTEGER, 1_000);
    expect(due.map(({ id }) => id)).not.toContain(first);
  });

  test('of a completion and an end at the same instant no live delivery is left', async () => {
    for (let seed = 230; seed < 240; seed += 1) {
      const one = await accept(seed);
      await Promise.all([complete(one), accept(seed, { patient: patientNumber(`R-${seed}`) })]);
      expect((await standing(one)).filter((each) => !/cancelled|retraction/.test(each))).toEqual(
        [],
      );
    }
  });

  test('two patients at the same instant: one has the recording in the end', async () => {
    const both = await Promise.all(
      ['A', 'B', 'C'].map((who) => accept(241, { patient: patientNumber(`${who}-241`) })),
    );
    const ends = await Promise.all(both.map(endOf));
    expect(ends.filter((end) => end === null)).toHaveLength(1);
  });

  test('an ECG that ended is purged like any other', async () => {
    const old = { receivedAtMs: 1_500 };
    const one = await accept(254, {}, old);
    await complete(one);
    const two = await accept(254, { patient: patientNumber('REAL-254') }, old);
    for (const id of two.retractionIds ?? []) await confirm(id);
    for (const id of await complete(two)) await confirm(id);
    await ledger().receipts.purge(2_000);
    for (const { ecgId } of [one, two]) {
      await expect(ledger().assessments.ecg(ecgId ?? '')).resolves.toBeNull();
    }
    await expect(endOf(one)).resolves.toBeNull();
  });
}

/** Neighbouring seeds must not give recordings that a coarse recorder could not tell apart. */
const SEEDS_APART = 20;

function distinct(seed: number, more: Partial<EcgEntry>): EcgEntry {
  return entryOf(seed, { ecg: ecgOf(microvolts(seed * SEEDS_APART)), ...more });
}

/** Of the patient of this seed, marked as a correction. */
function corrections(seed: number): Partial<EcgEntry> {
  return { patient: patientNumber(`MRN-${seed}`), status: 'corrected' };
}

function pulses(height: number): number[] {
  return Array.from({ length: 1_000 }, (_, i) => (i % 100 < 20 ? height : 0));
}
