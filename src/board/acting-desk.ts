import type { Readable } from 'node:stream';
import type { AlertAction } from '../ledger/alerts.js';
import type { Ledger } from '../ledger/ledger.js';
import type { WorkQueue } from '../queue/queue.js';
import { toAlertView, type AlertView } from './alert-view.js';
import { problemOf, type Problem } from './ecg-view.js';
import { BoardRefusal } from './refusal.js';

/** Who does something: an identity provider's subject is often a number, so the name goes along. */
export interface Actor {
  readonly actor: string;
  readonly actorName: string | null;
}

export interface ActingDesk {
  /** The alert as it stands after; also where another person was faster. Null where there is none. */
  act(
    alertId: string,
    action: Extract<AlertAction, 'acknowledge' | 'escalate' | 'resolve'>,
    by: Actor,
    note: string | null,
  ): Promise<AlertView | null>;
  /** False where the ECG, or the finding, is not there. */
  disagree(word: Disagreement, actor: string): Promise<boolean>;
  /** With what the person said of the patient beside it, as the parameters of the door. */
  upload(file: UploadedFile, actor: string): Promise<Uploaded>;
}

export interface Disagreement {
  readonly ecgId: string;
  readonly findingId: string;
  readonly says: 'present' | 'absent';
  readonly reason: string | null;
}

export interface UploadedFile {
  readonly body: Readable;
  readonly contentType: string;
  readonly beside: Readonly<Record<string, unknown>>;
}

export interface Uploaded {
  readonly receiptId: string | null;
  readonly ecgId: string | null;
  readonly failure: Problem | null;
}

export interface Taken {
  readonly receiptId: string | null;
  readonly problem: string | null;
}

export interface ActingDeskOptions {
  readonly ledger: Pick<Ledger, 'alerts' | 'assessments' | 'outcomes' | 'receipts' | 'audit'>;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  /** The door that takes files over HTTP; the id of the receipt it wrote, or what is wrong beside it. */
  readonly take: (file: UploadedFile) => Promise<Taken>;
  readonly now: () => number;
}

export function createActingDesk(options: ActingDeskOptions): ActingDesk {
  const { ledger, queue, take, now } = options;
  return {
    async act(alertId, action, by, note) {
      const act = { action, ...by, via: 'board', note, atMs: now() } as const;
      const acted = await ledger.alerts.act(alertId, act);
      if (!acted) return null;
      for (const id of acted.deliveryIds) {
        // It is committed and due: what the queue does not hear, the sweep finds.
        await queue.enqueue('deliver', id).catch(() => undefined);
      }
      return toAlertView(acted.alert);
    },
    async disagree({ ecgId, findingId, says, reason }, actor) {
      const record = await ledger.assessments.ofEcg(ecgId);
      const findings = record?.assessment?.findings ?? [];
      if (!record || !findings.some((finding) => finding.findingId === findingId)) return false;
      await ledger.outcomes.record({
        ecgId,
        assessmentId: record.id,
        findingId,
        says,
        by: actor,
        source: 'board',
        reason,
        code: null,
        atMs: now(),
      });
      await ledger.audit.record({ actor, action: 'disagree', subject: ecgId, via: 'board' });
      return true;
    },
    async upload(file, actor) {
      const { receiptId, problem } = await take(file);
      if (problem !== null) throw new BoardRefusal('invalid', problem);
      if (receiptId === null) return { receiptId, ecgId: null, failure: null };
      await ledger.audit.record({ actor, action: 'upload', subject: receiptId, via: 'board' });
      const receipt = await ledger.receipts.get(receiptId);
      return {
        receiptId,
        ecgId: receipt?.ecgId ?? null,
        failure: problemOf(receipt?.failure ?? null) ?? notOurs(receipt?.outcome),
      };
    },
  };
}

function notOurs(outcome: string | undefined): Problem | null {
  if (outcome !== 'not-ours') return null;
  return { code: 'no-ecg', detail: 'there is no ECG in this file', location: null };
}
