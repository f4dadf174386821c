import type { ModelCard } from '../core/decision/card.js';
import { failure, type Failure, type Result } from '../core/failure.js';
import { loadCard } from './card.js';
import { loadGolden, outputDifference, preparedDifference } from './golden.js';
import { eachModelFolder, type Verified } from './models-folder.js';
import { prepareInputs } from './preprocess.js';
import { runMembers } from './run-members.js';
import { openMembers, releaseSessions, type OpenModel } from './session.js';

/** What `leadwire models verify` tells: everything is opened and run once, and let go again. */
export async function verifyModels(modelsDir: string): Promise<Verified<ModelCard>> {
  const { ready, rejected } = await openModels(modelsDir, 1);
  for (const { sessions } of ready) await releaseSessions(sessions);
  return { ready: ready.map(({ card }) => card), rejected };
}

/** Every folder of a models folder, opened, checked against its card and run on its golden ECG. */
export function openModels(
  modelsDir: string,
  intraOpThreads: number,
): Promise<Verified<OpenModel>> {
  return eachModelFolder(modelsDir, (folder) => openModel(folder, intraOpThreads));
}

async function openModel(folder: string, intraOpThreads: number): Promise<Result<OpenModel>> {
  const card = await loadCard(folder);
  if (!card.ok) return card;
  const opened = await openMembers(folder, card.value, intraOpThreads);
  if (!opened.ok) return opened;
  const fault = await goldenFault(folder, opened.value);
  if (fault === null) return opened;
  await releaseSessions(opened.value.sessions);
  return { ok: false, failure: fault };
}

/** Runs the golden ECG through every member, which also warms the sessions up. */
async function goldenFault(folder: string, model: OpenModel): Promise<Failure | null> {
  const golden = await loadGolden(folder, model.card);
  if (!golden.ok) return golden.failure;
  const inputs = prepareInputs(model.card, golden.value.ecg);
  if (!inputs.ok) return asInvalid(inputs.failure);
  const prepared = preparedDifference(golden.value, inputs.value);
  if (prepared) return prepared;
  const runs = await runMembers(model, inputs.value.tensors);
  if (!runs.ok) return asInvalid(runs.failure);
  return outputDifference(model.card, golden.value, runs.value);
}

function asInvalid(why: Failure): Failure {
  return failure('model-invalid', `golden ECG: ${why.detail}`);
}
