import { fail, failureOf } from '../../core/failure.js';
import type { AlertRecord } from '../../ledger/alerts.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { Attempt, Order, Standing } from '../destination.js';
import { stateText } from '../page-wording.js';
import { pageNumbers, statusOf, toldState, withState } from './alert-state.js';
import { moves, wordsIn } from './ehr-words.js';
import type { AlertType } from './form.js';
import type { ServerView } from './server-view.js';
import { referenceOf, WITHDRAWN, type Found, type Lookup } from './lookup.js';

export interface StateTelling {
  /** Of the destination: its deliveries carry it in their ids. */
  readonly name: string;
  readonly client: Pick<FhirClient, 'change'>;
  readonly lookup: Pick<Lookup, 'carrying'>;
  readonly type: AlertType;
  /** What is known of whether the server takes changes. */
  readonly view: Pick<ServerView, 'takesUpdates' | 'updated'>;
}

/**
 * Brings what stands for an alert to the alert's state. Each is written only over the version that
 * was read, and one that somebody at the EHR has just worked on is left to what they said: the ledger
 * hears of it and tells again.
 */
export async function tellState(
  { alert }: Pick<Order, 'alert'>,
  attempt: Pick<Attempt, 'beforeWrite'>,
  { name, client, lookup, type, view }: StateTelling,
): Promise<Standing> {
  if (!alert) return { reference: null, found: false };
  const found = await lookup.carrying(type, pageNumbers(alert, name));
  const standing = found.filter(({ status }) => status !== WITHDRAWN);
  const behind = standing.filter((one) => isBehind(type, one, alert));
  if (behind.length > 0 && !(await view.takesUpdates())) {
    throw fail('updates-not-taken', `the server takes no changes of a ${type}`);
  }
  for (const one of behind) {
    await attempt.beforeWrite();
    await changeIn(view, () => client.change(brought(type, one, alert), versionOf(one)));
  }
  const [first] = standing;
  return { reference: first ? referenceOf(first) : null, found: behind.length === 0 };
}

async function changeIn(
  view: Pick<ServerView, 'updated'>,
  change: () => Promise<void>,
): Promise<void> {
  try {
    await change();
    view.updated(true);
  } catch (error) {
    if (failureOf(error).code === 'updates-not-taken') view.updated(false);
    throw error;
  }
}

function versionOf(one: Found): string | null {
  return one.meta?.versionId ?? null;
}

function isBehind(type: AlertType, one: Found, alert: AlertRecord): boolean {
  if (wordsIn(type, one, alert).some((word) => moves(word, alert))) return false;
  return toldState(one) !== alert.state || one.status !== statusOf(type, alert.state);
}

function brought(type: AlertType, one: Found, alert: AlertRecord): Found {
  const told = { ...withState(one, alert.state), status: statusOf(type, alert.state) };
  return type === 'CommunicationRequest'
    ? { ...told, ...{ statusReason: { text: stateText(alert) } } }
    : told;
}
