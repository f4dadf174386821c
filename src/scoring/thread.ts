import { parentPort, workerData } from 'node:worker_threads';
import { examine } from '../core/decision/examination.js';
import type { ModelOutcome } from '../core/decision/scorer.js';
import { failureOf } from '../core/failure.js';
import type { ScoreRequest, ThreadBirth, ThreadMessage } from './messages.js';
import { unpackEcg } from './packed-ecg.js';
import { runModel, silence } from './run-model.js';
import { openModels } from './verify.js';

/**
 * A scoring thread: opens and verifies every model once, then examines and scores one ECG at a time.
 * It is a thread because a run of a network holds its event loop from beginning to end.
 */
const { modelsDir, intraOpThreads } = workerData as ThreadBirth;
const { ready, rejected } = await openModels(modelsDir, intraOpThreads);

parentPort?.on('message', (request: ScoreRequest) => {
  void score(request);
});
say({ kind: 'ready', cards: ready.map(({ card }) => card), rejected });

async function score({ number, ecg }: ScoreRequest): Promise<void> {
  const examination = examine(unpackEcg(ecg));
  const outcomes: ModelOutcome[] = [];
  for (const model of ready) {
    try {
      outcomes.push(await runModel(model, ecg, examination));
    } catch (error) {
      outcomes.push(silence(model, failureOf(error)));
    }
  }
  say({ kind: 'scored', number, scored: { examination, outcomes } });
}

function say(message: ThreadMessage): void {
  parentPort?.postMessage(message);
}
