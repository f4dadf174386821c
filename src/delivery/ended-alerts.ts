import { failureOf } from '../core/failure.js';
import type { Log } from '../core/log.js';
import type { AlertRecord } from '../ledger/alerts.js';
import type { Ledger } from '../ledger/ledger.js';
import type { EndReason } from '../ledger/revisions.js';

export interface EndedAlertsOptions {
  readonly ledger: {
    readonly alerts: Pick<Ledger['alerts'], 'open' | 'act'>;
    readonly assessments: Pick<Ledger['assessments'], 'get'>;
    readonly revisions: Pick<Ledger['revisions'], 'endOf'>;
  };
  readonly log: Log;
  readonly now: () => number;
}

/** Open alerts looked at in one round: the most urgent first. */
export const OPEN_ALERTS_A_ROUND_MAX = 200;

/**
 * Ends open alerts of which no ECG stands any more: superseded where each was corrected, as the
 * corrected one raises its own; else withdrawn. Looks at what is true and not at what happened, so
 * that no crash can leave an alert behind. Never rejects.
 */
export async function endedAlertsRound({ ledger, log, now }: EndedAlertsOptions): Promise<void> {
  const { alerts } = ledger;
  try {
    for (const alert of await alerts.open(OPEN_ALERTS_A_ROUND_MAX)) {
      const why = await endOfAll(alert, ledger);
      if (why === null) continue;
      const action = why === 'corrected' ? 'supersede' : 'withdraw';
      const by = { actor: 'leadwire', via: 'service', note: NOTES[why] } as const;
      await alerts.act(alert.id, { action, ...by, atMs: now() });
      log('alertEnded', { id: alert.id, assessmentId: alert.assessmentId, kind: action });
    }
  } catch (error) {
    log('ledgerAway', { code: failureOf(error).code });
  }
}

const NOTES: Readonly<Record<EndReason, string>> = {
  corrected: 'The ECG was corrected by its sender.',
  moved: 'The ECG turned out to be the recording of another patient.',
  withdrawn: 'The ECG was withdrawn by its sender.',
};

/** Null while one of its ECGs stands; a storm is about a department and stands by itself. */
async function endOfAll(
  { assessmentIds, isStorm }: AlertRecord,
  { assessments, revisions }: EndedAlertsOptions['ledger'],
): Promise<EndReason | null> {
  if (isStorm || assessmentIds.length === 0) return null;
  const reasons = new Set<EndReason>();
  for (const id of assessmentIds) {
    const record = await assessments.get(id);
    const end = record && (await revisions.endOf(record.ecgId));
    if (!end) return null;
    reasons.add(end.why);
  }
  return reasons.has('moved') ? 'moved' : reasons.has('withdrawn') ? 'withdrawn' : 'corrected';
}
