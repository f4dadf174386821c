import type { Extension } from '@medplum/fhirtypes';
import { deliveryIdOf } from '../../ledger/identity.js';
import type { AlertRecord, AlertState } from '../../ledger/alerts.js';
import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { ALERT_STATE, SYSTEMS } from './codes.js';
import type { AlertType } from './form.js';
import type { Found, Numbered } from './lookup.js';

/**
 * How far an alert is, as its resource says it: by the status that each type has for it, and by our
 * own word in an extension. The two together tell whose word a status is: where it is not the one that
 * goes with our word, somebody at the EHR has set it.
 */
const ASKING: readonly AlertState[] = ['raised', 'delivered', 'escalated'];

/** By what a state means to those who look: asked, taken by somebody, done with, not meant any more. */
const STATUSES = {
  CommunicationRequest: {
    asking: 'active',
    taken: 'completed',
    resolved: 'completed',
    gone: 'revoked',
  },
  // A flag stays up for the others until somebody is done with the patient.
  Flag: { asking: 'active', taken: 'active', resolved: 'inactive', gone: 'inactive' },
  DetectedIssue: { asking: 'preliminary', taken: 'final', resolved: 'final', gone: 'cancelled' },
} as const satisfies Record<AlertType, unknown>;

type StatusOf<T extends AlertType> = (typeof STATUSES)[T][keyof (typeof STATUSES)[T]];

export function statusOf<T extends AlertType>(type: T, state: AlertState): StatusOf<T> {
  return STATUSES[type][meaningOf(state)] as StatusOf<T>;
}

function meaningOf(state: AlertState): keyof (typeof STATUSES)[AlertType] {
  if (ASKING.includes(state)) return 'asking';
  if (state === 'acknowledged') return 'taken';
  return state === 'resolved' ? 'resolved' : 'gone';
}

export function stateExtension(state: AlertState): Extension {
  return { url: ALERT_STATE, valueCode: state };
}

/** The state that we wrote last; null where a server kept it not. */
export function toldState(one: Found): string | null {
  const found = extensionsOf(one).find(({ url }) => url === ALERT_STATE);
  return asText(found?.['valueCode']);
}

/** With our word on the state, and all that others wrote left as it is. */
export function withState(one: Found, state: AlertState): Found {
  const others = extensionsOf(one).filter(({ url }) => url !== ALERT_STATE);
  return { ...one, ...{ extension: [...others, stateExtension(state)] } };
}

function extensionsOf(one: Found): readonly Readonly<Record<string, unknown>>[] {
  const written = asList(asRecord(one)?.['extension']).map(asRecord);
  return written.filter((extension) => extension !== null);
}

/** Under which an alert's pages stand at a destination. */
export function pageNumbers(
  { assessmentId }: Pick<AlertRecord, 'assessmentId'>,
  destination: string,
): readonly Numbered[] {
  return (['alert', 'escalation'] as const).map((kind) => ({
    system: SYSTEMS.alert,
    value: deliveryIdOf(assessmentId, { destination, kind }),
  }));
}
