import { silentLog } from '../../src/core/log.js';
import { resolveAcquisition } from '../../src/core/ecg/time.js';
import { EVALUATION_POLICY } from '../../src/core/decision/policy.js';
import type { Assessment } from '../../src/core/decision/assessment.js';
import { openEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.js';
import type { EcgEntry } from '../../src/ledger/ledger.js';
import { modelSetOf, readCards } from '../../src/scoring/models-folder.js';
import { twelveLeads, type FrameShape } from './frames.js';
import { answerWith } from './part.js';

/** Fills a data folder with receipts whose work is done, as a service that ran for weeks left it. */
export interface FillQuestion {
  readonly folder: string;
  readonly template: string;
  readonly modelsDir: string;
  readonly receipts: number;
}

/** Valid and small: how many rows there are is what a start has to deal with. */
const SMALL: FrameShape = { sampleRateHz: 100, seconds: 1 };

answerWith(async ({ folder, template, modelsDir, receipts }: FillQuestion) => {
  const ledger = await openEmbeddedLedger({ dataDir: folder, template, log: silentLog });
  const under = {
    modelSet: modelSetOf((await readCards(modelsDir)).ready),
    policyVersion: EVALUATION_POLICY.version,
  };
  const assessment: Assessment = {
    ...under,
    findings: [],
    abstentions: [],
    examination: null,
    agreement: null,
    alert: { raise: false, because: 'nothing-positive' },
    evaluationOnly: true,
    timeFlags: [],
  };
  for (let i = 0; i < receipts; i += 1) {
    const nowMs = Date.now();
    const accepted = await ledger.receipts.accept(
      {
        door: 'mllp',
        sender: 'BENCH|ED',
        messageId: `fill-${i}`,
        contentType: 'x-application/hl7-v2+er7',
        bytes: Buffer.from(`a small message, number ${i}`),
        receivedAtMs: nowMs,
        hints: {},
      },
      { outcome: 'ecg', ecg: entryOf(i, nowMs), warning: null },
      under,
    );
    await ledger.assessments.complete(accepted.assessmentId ?? '', assessment, [], []);
  }
  await ledger.close();
});

const ECG = twelveLeads(SMALL, 1);

function entryOf(i: number, nowMs: number): EcgEntry {
  return {
    ecg: ECG,
    format: 'bench',
    patient: { authority: 'urn:oid:2.999.1.11', value: `F${i}`, others: [], name: null },
    encounter: null,
    order: null,
    birthDate: null,
    acquisition: resolveAcquisition(null, null, nowMs),
    status: 'final',
    production: true,
    vendorStatements: [],
    vendorMeasurements: null,
    sourceReference: null,
  };
}
