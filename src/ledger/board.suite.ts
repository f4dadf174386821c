import { expect, test } from '@jest/globals';
import type { EcgEntry } from './ledger.js';
import {
  arrivalOf,
  ASSESSMENT,
  ecgVerdict,
  entryOf,
  NOON_MS,
  OUTCOMES,
  UNDER,
} from './ledger.fixtures.js';
import type { Bench } from './ledger.suite.js';

const HOUR_MS = 3_600_000;
/** Recordings of neighbouring seeds differ by less than one recorder from another. */
const SEEDS_APART = 20;

export function boardRules(bench: () => Bench): void {
  const board = () => bench().ledger.board;
  const accept = async (seed: number, more: Partial<EcgEntry> = {}) => {
    const accepted = await bench().ledger.receipts.accept(
      arrivalOf(),
      ecgVerdict(entryOf(seed * SEEDS_APART, more)),
      UNDER,
    );
    return accepted.ecgId ?? '';
  };
  const at = (instantMs: number) => ({ instantMs, flags: [] });
  const groupOf = async (ecgId: string) => (await board().load([ecgId]))[0]?.group ?? '';
  const patient = (value: string) => ({ authority: 'HOSP', value, others: [], name: null });

  test('of one patient the latest by acquisition stands, whatever came last', async () => {
    const one = { patient: patient('board-1') };
    const late = await accept(801, { ...one, acquisition: at(NOON_MS) });
    const early = await accept(802, { ...one, acquisition: at(NOON_MS - HOUR_MS) });
    const groups = [await groupOf(late)];
    const query = { sinceMs: NOON_MS - 2 * HOUR_MS, limit: 10 };
    await expect(board().current({ ...query, groups })).resolves.toEqual([
      { ecgId: late, group: groups[0], currentMs: NOON_MS },
    ]);
    const all = await board().current({ ...query, limit: 1000 });
    expect(all.map(({ ecgId }) => ecgId)).toContain(late);
    expect(all.map(({ ecgId }) => ecgId)).not.toContain(early);
    await expect(board().earlier(late, 5)).resolves.toMatchObject([{ ecgId: early }]);
    await expect(board().earlier(early, 5)).resolves.toEqual([]);
  });

  test('an old archive stays off the list; a clock in doubt does not hide a new ECG', async () => {
    const archived = await accept(811, { acquisition: at(NOON_MS - 900 * HOUR_MS) });
    const reset = await accept(812, {
      acquisition: { instantMs: 0, flags: ['time-implausible'] },
    });
    const found = await board().current({ sinceMs: NOON_MS - HOUR_MS, limit: 1000 });
    expect(found.map(({ ecgId }) => ecgId)).toContain(reset);
    expect(found.map(({ ecgId }) => ecgId)).not.toContain(archived);
  });

  test('ECGs without a patient stand each for itself', async () => {
    const ids = [await accept(821, { patient: null }), await accept(822, { patient: null })];
    const found = await board().current({ sinceMs: 0, limit: 10, groups: ids });
    expect(found.map(({ ecgId }) => ecgId).sort()).toEqual([...ids].sort());
  });

  test('an ECG that was replaced gives way, and says what became of it', async () => {
    const one = { patient: patient('board-3'), order: { authority: 'O', value: '31' } };
    const first = await accept(831, one);
    const second = await accept(832, { ...one, status: 'corrected' });
    const groups = [await groupOf(first)];
    const found = await board().current({ sinceMs: 0, limit: 10, groups });
    expect(found.map(({ ecgId }) => ecgId)).toEqual([second]);
    await expect(board().load([first])).resolves.toMatchObject([{ ended: 'corrected' }]);
  });

  test('loads what a row is made of, and leaves out what is not there', async () => {
    const ecgId = await accept(841);
    const [pending] = await board().load([ecgId, 'none']);
    expect(pending).toMatchObject({ sender: 'CART|ED', assessment: { state: 'pending' } });
    expect(pending?.about.patient?.name).toEqual({ family: 'Doe', given: 'Jo' });
    await bench().ledger.assessments.complete(
      pending?.assessment?.id ?? '',
      ASSESSMENT,
      OUTCOMES,
      [],
    );
    const loaded = await board().load([ecgId, 'none']);
    expect(loaded).toHaveLength(1);
    expect(loaded[0]?.assessment?.assessment).toEqual(ASSESSMENT);
  });
}
