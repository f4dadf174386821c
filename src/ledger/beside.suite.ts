import { expect, test } from '@jest/globals';
import { patientKey } from '../core/ecg/reading.js';
import type { BesideItem } from './beside.js';
import { arrivalOf, ecgVerdict, entryOf, NOON_MS, UNDER } from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';

const HOUR_MS = 3_600_000;

export function besideRules(bench: () => Bench): void {
  const item = (more: Partial<BesideItem> = {}): BesideItem => ({
    kind: 'troponin',
    code: '67151-1',
    display: 'Troponin T',
    value: 14,
    unit: 'ng/L',
    atMs: NOON_MS - HOUR_MS,
    interpretation: null,
    reference: 'Observation/5',
    ...more,
  });
  const ecgOf = async (seed: number, receivedAtMs: number) => {
    const entry = entryOf(seed);
    const accepted = await bench().ledger.receipts.accept(
      arrivalOf({ receivedAtMs }),
      ecgVerdict(entry),
      UNDER,
    );
    return { ecgId: accepted.ecgId ?? '', key: patientKey(entry.patient ?? neverNull()) };
  };

  test('follows a patient who was merged, and stands once however it is told', async () => {
    const { beside, receipts } = bench().ledger;
    const { ecgId, key } = await ecgOf(97, NOON_MS);
    const into = { authority: 'HOSP', value: 'survivor-97', others: [], name: null };
    const from = entryOf(97).patient ?? neverNull();
    await beside.note(key, [item()]);
    const notice = { kind: 'merge', into, from: [from] } as const;
    await receipts.accept(arrivalOf(), { outcome: 'notice', notice }, UNDER);
    await expect(beside.ofEcg(ecgId)).resolves.toEqual([item()]);
    await beside.note(patientKey(into), [item()]);
    const later = item({ atMs: NOON_MS, value: 60 });
    await beside.note(key, [later]);
    await expect(beside.ofEcg(ecgId)).resolves.toEqual([later, item()]);
    const back = { kind: 'merge', into: from, from: [into] } as const;
    await receipts.accept(arrivalOf(), { outcome: 'notice', notice: back }, UNDER);
    await expect(beside.ofEcg(ecgId)).resolves.toEqual([later, item()]);
  });

  test('stands beside each ECG of its patient and day, newest first, and once', async () => {
    const { beside } = bench().ledger;
    const { ecgId, key } = await ecgOf(91, NOON_MS);
    const other = await ecgOf(92, NOON_MS);
    const early = item();
    const late = item({ atMs: NOON_MS + HOUR_MS, value: '<3' });
    const old = item({ atMs: NOON_MS - 30 * HOUR_MS });
    await expect(beside.note(key, [early, early, old])).resolves.toBe(2);
    await expect(beside.note(key, [{ ...early, interpretation: 'H' }, late])).resolves.toBe(1);
    await expect(beside.ofEcg(ecgId)).resolves.toEqual([late, { ...early, interpretation: 'H' }]);
    await expect(beside.ofEcg(other.ecgId)).resolves.toEqual([]);
    await expect(beside.ofEcg('ecg-unknown')).resolves.toEqual([]);
  });

  test('is bounded in what a source may write', async () => {
    const { beside } = bench().ledger;
    const { ecgId, key } = await ecgOf(93, NOON_MS);
    await beside.note(key, [item({ value: `${'x'.repeat(5_000)}\0` })]);
    const [kept] = await beside.ofEcg(ecgId);
    expect(String(kept?.value).length).toBe(200);
  });

  test('is due to be read for a new ECG, again when asked, and never for an archive', async () => {
    const { ledger, clock } = bench();
    const { beside } = ledger;
    const { ecgId } = await ecgOf(94, clock.nowMs);
    const archived = await ecgOf(95, clock.nowMs - 10 * HOUR_MS);
    const dueIds = async () =>
      (await beside.dueReads(clock.nowMs, 1_000)).map((one) => `${one.ecgId} ${one.reads}`);
    expect(await dueIds()).toContain(`${ecgId} 0`);
    await beside.putOff(ecgId, clock.nowMs + 1);
    expect(await dueIds()).not.toContain(`${ecgId} 0`);
    clock.nowMs += 1;
    expect(await dueIds()).toContain(`${ecgId} 0`);
    expect(await dueIds()).not.toContain(`${archived.ecgId} 0`);
    await beside.read(ecgId, clock.nowMs + 60_000);
    expect(await dueIds()).not.toContain(`${ecgId} 1`);
    clock.nowMs += 60_000;
    expect(await dueIds()).toContain(`${ecgId} 1`);
    await beside.read(ecgId, null);
    expect((await dueIds()).filter((one) => one.startsWith(ecgId))).toEqual([]);
  });

  test('goes with what is old', async () => {
    const { ledger } = bench();
    const { ecgId, key } = await ecgOf(96, NOON_MS);
    await ledger.beside.note(key, [item({ atMs: NOON_MS - 2 * HOUR_MS })]);
    await ledger.receipts.purge(NOON_MS - HOUR_MS);
    await expect(ledger.beside.ofEcg(ecgId)).resolves.toEqual([]);
  });
}

function neverNull(): never {
  throw new RangeError('the fixture has a patient');
}
