import { decide } from '../../src/core/decision/decide.js';
import { EVALUATION_POLICY } from '../../src/core/decision/policy.js';
import { silentLog } from '../../src/core/log.js';
import type { Order } from '../../src/delivery/destination.js';
import { toPage } from '../../src/delivery/page.js';
import { sampleEntry } from '../../src/delivery/order.fixtures.js';
import { toPng } from '../../src/drawing/png.js';
import { openScorer } from '../../src/scoring/pool.js';
import { simulateEcg } from '../support/simulated.js';

const ACQUIRED_MS = Date.UTC(2026, 5, 1, 12);
const ASSESSED_MS = ACQUIRED_MS + 2_000;
const RUN_MS_MAX = 120_000;

/** One simulated ECG through the models shipped, the decision and the drawing, as the service does. */
export async function realRun(): Promise<{ readonly order: Order; readonly png: Uint8Array }> {
  const ecg = simulateEcg({ seed: 9, condition: 'inferior-occlusion', ageYears: 60, sex: 'male' });
  const scorer = await openScorer({
    modelsDir: 'models',
    threads: 1,
    intraOpThreads: 1,
    runMsMax: RUN_MS_MAX,
    log: silentLog,
  });
  try {
    const acquisition = { instantMs: ACQUIRED_MS, flags: [] };
    const assessment = decide({
      ecg,
      acquisition,
      production: true,
      hasPatient: true,
      firstAssessment: true,
      cards: scorer.cards,
      modelSet: scorer.modelSet,
      ...(await scorer.score(ecg)),
      policy: EVALUATION_POLICY,
      nowMs: ASSESSED_MS,
    });
    const acquired = { local: new Date(ACQUIRED_MS).toISOString().slice(0, -1), offsetMinutes: 0 };
    const order: Order = {
      deliveryId: 'delivery-example',
      kind: 'result',
      assessmentId: 'assessment-example',
      assessment,
      assessedAtMs: ASSESSED_MS,
      ecg: {
        ...sampleEntry({ ecg, acquisition }),
        id: 'ecg-example',
        arrivedAtMs: ACQUIRED_MS,
        sources: [],
      },
    };
    return { order, png: toPng(toPage({ ecg, acquired }, assessment), { dotsPerInch: 96 }) };
  } finally {
    await scorer.close();
  }
}
