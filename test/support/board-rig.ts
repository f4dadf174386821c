import { expect } from '@jest/globals';
import type { Me } from '../../src/board/me.controller.js';
import type { Assessment, Finding } from '../../src/core/decision/assessment.js';
import type { Ecg } from '../../src/core/ecg/ecg.js';
import { examine } from '../../src/core/decision/examination.js';
import { PLAN } from '../../src/ledger/alerts.suite.js';
import {
  arrivalOf,
  ASSESSMENT,
  ecgVerdict,
  entryOf,
  OUTCOMES,
} from '../../src/ledger/ledger.fixtures.js';
import { startGateway, type Gateway } from './gateway.js';
import { simulateEcg } from './simulated.js';

const UNDER = { modelSet: 'board@1', policyVersion: 'board-1' };
export const PATIENT = { condition: 'anterior-occlusion', ageYears: 61, sex: 'male' } as const;
const EXAMINATION = examine(simulateEcg({ ...PATIENT, seed: 4 }));

const SPAN = { lead: 'V2', part: 'st-t', fromMs: 400, toMs: 520, weight: 1 } as const;
const FINDING: Finding = {
  modelId: 'omi',
  modelVersion: '1',
  standing: 'evaluation',
  labelProvenance: 'simulated',
  mode: 'alert',
  findingId: 'omi',
  title: 'Occlusion',
  code: { system: 's', code: 'c', display: 'd' },
  beside: [],
  probability: 0.93,
  spread: 0.02,
  threshold: 0.4,
  decisionPoint: null,
  positive: true,
  likelihood: 'high',
  cardProbability: 0.93,
  shift: null,
  evidence: { method: 'attention', spans: [SPAN] },
};

const simulated = (seed: number): Ecg => simulateEcg({ ...PATIENT, seed });

export type BoardRig = Awaited<ReturnType<typeof startBoard>>;

/** A running gateway's board, and arrivals that come by the ledger beside it. */
export async function startBoard(opened: () => Promise<Gateway> = startGateway) {
  const gateway = await opened();
  let csrf = '';
  let serial = 0;
  const api = (path: string): string => `${gateway.url}/board/api/${path}`;
  async function get<T>(path: string): Promise<T> {
    const answer = await fetch(api(path));
    expect([path, answer.status]).toEqual([path, 200]);
    return (await answer.json()) as T;
  }
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(api(path), {
      method: 'POST',
      headers: { 'x-csrf': csrf, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const arrive = async (patient: string, minutesAgo = 1, draw = simulated) => {
    serial += 1;
    const nowMs = Date.now();
    // One recording is no two patients': each arrival brings its own.
    const ecg = draw(1_000 + serial);
    const entry = entryOf(serial, {
      ecg,
      patient: {
        authority: 'HOSP',
        value: patient,
        others: [],
        name: { family: 'Doe', given: 'Jo' },
      },
      place: { pointOfCare: 'ED', room: '3', bed: 'B', facility: 'HOSP' },
      acquisition: { instantMs: nowMs - minutesAgo * 60_000 - serial, flags: [] },
    });
    const arrival = arrivalOf({ receivedAtMs: nowMs, sender: 'CART|ED' });
    const accepted = await gateway.ledger.receipts.accept(arrival, ecgVerdict(entry), UNDER);
    return {
      ...accepted,
      ecg,
      ecgId: accepted.ecgId ?? '',
      assessmentId: accepted.assessmentId ?? '',
    };
  };
  const assess = (assessmentId: string, more: Partial<Assessment> = {}, plan = false) =>
    gateway.ledger.assessments.complete(
      assessmentId,
      { ...ASSESSMENT, abstentions: [], findings: [FINDING], examination: EXAMINATION, ...more },
      OUTCOMES,
      [{ destination: 'ehr', kind: 'result' }],
      plan ? PLAN : null,
    );
  csrf = (await get<Me>('me')).csrf;
  return { ...gateway, api, get, post, arrive, assess, csrfHeader: { 'x-csrf': csrf } };
}
