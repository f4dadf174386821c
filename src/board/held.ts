import type { AlertHold, Assessment, Finding } from '../core/decision/assessment.js';

/** Why nobody was paged although something was found: silence must never be a riddle. */
export interface Held {
  readonly because: AlertHold;
  readonly text: string;
}

const TEXTS: Readonly<Record<AlertHold, string>> = {
  'nothing-positive':
    'No finding reached its threshold. This does not mean that the ECG is normal.',
  'no-model-in-alert-mode': 'Nobody was paged: no model is in alert mode here.',
  'policy-not-approved': 'Nobody was paged: no approved policy is in force.',
  'policy-not-matching': 'Nobody was paged: the policy was not approved for these models.',
  'model-not-approved': 'Nobody was paged: the policy does not approve this model.',
  'policy-expired': 'Nobody was paged: the policy has expired.',
  'not-fresh': 'Nobody was paged: the ECG was already old when it was assessed.',
  'clock-doubtful': 'Nobody was paged: the time of the ECG is in doubt.',
  'not-production': 'Nobody was paged: the ECG was sent as a test or a replay.',
  'no-patient': 'Nobody was paged: the ECG names no patient.',
  'already-assessed': 'Nobody was paged again: this ECG had been assessed before.',
};

export function heldOf({ alert }: Assessment, shown: readonly Finding[]): Held | null {
  if (alert.raise || !shown.some(({ positive }) => positive)) return null;
  return { because: alert.because, text: TEXTS[alert.because] };
}
