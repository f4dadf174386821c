import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { examine } from '../../src/core/decision/examination.js';
import { packEcg } from '../../src/scoring/packed-ecg.js';
import { runModel } from '../../src/scoring/run-model.js';
import { releaseSessions } from '../../src/scoring/session.js';
import { openModels } from '../../src/scoring/verify.js';
import { describeWithPython } from '../support/python.js';
import { simulateEcg } from '../support/simulated.js';

const SCRIPT = readFileSync(new URL('./paper_shape.py', import.meta.url), 'utf8');
/** Without the workshop there is nothing that could build the published shape. */
const MODULES = existsSync('models/training/leadwire_models')
  ? 'torch, onnx, onnxruntime, scipy'
  : 'leadwire_models';

describeWithPython(MODULES, 'weights that a site obtains for the published shape', (python) => {
  test('are dropped in as files and a card, loaded, verified and scored', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'leadwire-paper-'));
    const weights = python(SCRIPT, dir);
    expect(weights).toBeGreaterThan(6.9e6);
    expect(weights).toBeLessThan(7.05e6);
    const { ready, rejected } = await openModels(dir, 2);
    expect(rejected).toEqual([]);
    const [model] = ready;
    if (!model) throw new Error('no model');
    expect(model.sessions).toHaveLength(5);
    const ecg = simulateEcg({
      seed: 8,
      condition: 'anterior-occlusion',
      ageYears: 60,
      sex: 'male',
    });
    const outcome = await runModel(model, packEcg(ecg), examine(ecg));
    if (outcome.kind === 'silence') throw new Error(outcome.failure.detail);
    const [omi, lbbb] = outcome.findings;
    expect(omi?.probability).toBeGreaterThan(0);
    expect(omi?.spread).toBeGreaterThan(0);
    expect(omi?.evidence).toMatchObject({ method: 'lead-occlusion' });
    expect(lbbb).toMatchObject({ findingId: 'lbbb', evidence: null });
    expect(outcome.distance).toBeGreaterThan(0);
    await releaseSessions(model.sessions);
    rmSync(dir, { recursive: true });
  }, 300_000);
});
