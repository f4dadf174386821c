import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  arrivalOf,
  ASSESSMENT,
  DELIVERIES,
  ecgVerdict,
  entryOf,
  OUTCOMES,
  UNDER,
} from '../ledger.fixtures.js';
import { patientNumber } from '../revisions.suite.js';
import { outcomeOf } from '../outcomes.suite.js';
import {
  accept,
  contents,
  deliver,
  fill,
  garble,
  garbleTables,
  newScene,
  type Scene,
} from './scene.fixtures.js';

jest.setTimeout(60_000);

const FILLED = ['ecg', 'ecg', 'ecg', 'ecg', 'repeat'];

describe('the embedded database, rebuilt from the journal', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = newScene();
  });
  afterEach(() => {
    scene.remove();
  });

  const DAMAGES: readonly (readonly [string, (db: string) => void])[] = [
    [
      'gone',
      (db) => {
        rmSync(db, { recursive: true });
      },
    ],
    [
      'garbled in its control file',
      (db) => {
        garble(join(db, 'global/pg_control'));
      },
    ],
    [
      'garbled in its tables',
      (db) => {
        garbleTables(db);
      },
    ],
    [
      'of another version',
      (db) => {
        writeFileSync(join(db, 'PG_VERSION'), '12\n');
      },
    ],
    [
      'half deleted',
      (db) => {
        rmSync(join(db, 'PG_VERSION'));
        rmSync(join(db, 'pg_wal'), { recursive: true });
      },
    ],
    [
      'marked as suspect',
      (db) => {
        writeFileSync(`${db}.suspect`, '');
      },
    ],
  ];

  test.each(DAMAGES)(
    'a database that is %s: rebuilt with the same rows and ids',
    async (name, damage) => {
      const before = await fill(scene);
      expect(before.map(({ receipt }) => receipt.outcome).sort()).toEqual(FILLED);
      damage(join(scene.dataDir, 'db'));
      const ledger = await scene.open();
      await expect(contents(ledger)).resolves.toEqual(before);
      expect(scene.events).toContain('ledgerRebuilt');
      if (name !== 'gone') {
        expect(scene.events).toContain('databaseSetAside');
        expect(readdirSync(scene.dataDir).some((entry) => entry.startsWith('db.damaged-'))).toBe(
          true,
        );
      }
      await ledger.close();
    },
  );

  test('damage found in use: set aside and rebuilt at the next start', async () => {
    const before = await fill(scene);
    const first = await scene.open();
    const { rows } = await first
      .embeddedPool('public')
      .query<{ path: string }>(`SELECT pg_relation_filepath('receipts_pkey') AS path`);
    await first.close();
    // Behind its first page, which is read at every start.
    garble(join(scene.dataDir, 'db', rows[0]?.path ?? ''), 8192);
    const ledger = await scene.open();
    await ledger.embeddedPool('public').query('SET enable_seqscan = off');
    await expect(ledger.receipts.get(before[0]?.receipt.id ?? '')).rejects.toThrow();
    expect(scene.events).toEqual(['ledgerOpened', 'ledgerOpened', 'ledgerOpened', 'ledgerAway']);
    await ledger.close();
    const again = await scene.open();
    expect(scene.events).toContain('databaseSetAside');
    await expect(contents(again)).resolves.toEqual(before);
    await again.close();
    scene.events.length = 0;
    await (await scene.open()).close();
    expect(scene.events).toEqual(['ledgerOpened']);
  });

  test('a rebuild does not deliver again what was delivered', async () => {
    const ledger = await scene.open();
    const done = await accept(ledger, 1);
    const open2 = await accept(ledger, 2);
    await deliver(ledger, done.assessmentId);
    await ledger.close();
    rmSync(join(scene.dataDir, 'db'), { recursive: true });

    const rebuilt = await scene.open();
    const { assessments, deliveries } = rebuilt;
    await expect(assessments.get(done.assessmentId ?? '')).resolves.toMatchObject({
      state: 'pending',
    });
    const complete = (id: string | null) =>
      assessments.complete(id ?? '', ASSESSMENT, OUTCOMES, DELIVERIES);
    await expect(complete(done.assessmentId)).resolves.toEqual([]);
    await expect(complete(open2.assessmentId)).resolves.toHaveLength(2);
    for (const each of await deliveries.ofAssessment(done.assessmentId ?? '')) {
      expect(each).toMatchObject({ state: 'delivered', remoteReference: `Remote/${each.id}` });
    }
    await rebuilt.close();
  });

  test('what ended stays ended, and is taken back once more where nobody knows what stood', async () => {
    const ledger = await scene.open();
    const temporary = await accept(ledger, 1);
    await ledger.assessments.complete(temporary.assessmentId ?? '', ASSESSMENT, [], DELIVERIES);
    const moved = await ledger.receipts.accept(
      arrivalOf(),
      ecgVerdict(entryOf(1, { patient: patientNumber('REAL-1') })),
      UNDER,
    );
    const end = await ledger.revisions.endOf(temporary.ecgId ?? '');
    expect(end).toMatchObject({ why: 'moved', byEcgId: moved.ecgId });
    await ledger.close();
    rmSync(join(scene.dataDir, 'db'), { recursive: true });

    const rebuilt = await scene.open();
    await expect(rebuilt.revisions.endOf(temporary.ecgId ?? '')).resolves.toEqual(end);
    const again = await rebuilt.assessments.complete(
      temporary.assessmentId ?? '',
      ASSESSMENT,
      [],
      DELIVERIES,
    );
    expect(again).toEqual(moved.retractionIds);
    await rebuilt.close();
  });

  test('what people said of an ECG comes back, and what was purged with it does not', async () => {
    const ledger = await scene.open();
    const kept = await accept(ledger, 1);
    const gone = await accept(ledger, 2, 1_000);
    await deliver(ledger, gone.assessmentId);
    for (const { ecgId } of [kept, gone]) await ledger.outcomes.record(outcomeOf(ecgId ?? ''));
    await ledger.receipts.purge(2_000);
    await ledger.close();
    rmSync(join(scene.dataDir, 'db'), { recursive: true });

    const rebuilt = await scene.open();
    await expect(rebuilt.outcomes.ofEcg(kept.ecgId ?? '')).resolves.toHaveLength(1);
    await expect(rebuilt.outcomes.ofEcg(gone.ecgId ?? '')).resolves.toEqual([]);
    await rebuilt.close();
  });

  test('what was purged does not come back, and its segments go', async () => {
    const ledger = await scene.open(30_000);
    const stuck = await accept(ledger, 1, 1_000);
    const segments = () => readdirSync(join(scene.dataDir, 'journal'));
    for (const [first, last] of [
      [2, 5],
      [6, 9],
    ] as const) {
      for (let seed = first; seed <= last; seed += 1) {
        const { assessmentId } = await accept(ledger, seed, seed * 1_000);
        await deliver(ledger, assessmentId);
      }
      const before = segments().length;
      const four = { receipts: 4, ecgs: 4 };
      await expect(ledger.receipts.purge(last * 1_000 + 1)).resolves.toEqual(four);
      if (last === 9) expect(segments().length).toBeLessThan(before);
    }
    const kept = await accept(ledger, 10);
    const contained = await contents(ledger);
    await ledger.close();
    rmSync(join(scene.dataDir, 'db'), { recursive: true });

    const rebuilt = await scene.open();
    await expect(contents(rebuilt)).resolves.toEqual(contained);
    const ids = contained.map(({ receipt }) => receipt.id);
    expect(ids).toEqual([stuck.receiptId, kept.receiptId]);
    await rebuilt.close();
  });

  test('a database ahead of a journal that lost its end: nothing later is lost', async () => {
    await fill(scene);
    const newest = join(scene.dataDir, 'journal', '000001.log');
    writeFileSync(newest, readFileSync(newest).subarray(0, 100));
    const ledger = await scene.open();
    const late = await accept(ledger, 5);
    await ledger.close();
    rmSync(join(scene.dataDir, 'db'), { recursive: true });
    const rebuilt = await scene.open();
    await expect(rebuilt.receipts.get(late.receiptId)).resolves.not.toBeNull();
    await rebuilt.close();
  });
});
