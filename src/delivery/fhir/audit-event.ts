import type { AuditEvent } from '@medplum/fhirtypes';
import type { Audited, AuditOutcome } from '../../ledger/audit.js';

const AUDIT_TYPES = 'http://terminology.hl7.org/CodeSystem/audit-event-type';
const OBJECTS = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const OURS = 'https://leadwire.dev/fhir';

const OUTCOMES = { done: '0', refused: '4', failed: '8' } as const satisfies Record<
  AuditOutcome,
  AuditEvent['outcome']
>;

/** A row of the audit as FHIR tells it, for an EHR or an archive that gathers AuditEvents. */
export function toAuditEvent(row: Audited): AuditEvent {
  const { id, atMs, actor, action, subject, outcome, via, address } = row;
  return {
    resourceType: 'AuditEvent',
    id: `leadwire-${id}`,
    type: { system: AUDIT_TYPES, code: 'rest', display: 'RESTful Operation' },
    subtype: [{ system: `${OURS}/CodeSystem/audit-action`, code: action.replaceAll(' ', '-') }],
    action: actionCode(action),
    recorded: new Date(atMs).toISOString(),
    outcome: OUTCOMES[outcome],
    agent: [
      {
        who: { identifier: { system: `${OURS}/identifier/actor`, value: actor } },
        requestor: via !== 'service' && via !== 'timer',
        ...(address === null ? {} : { network: { address, type: '2' as const } }),
      },
    ],
    source: { observer: { display: 'Leadwire' }, ...(via === null ? {} : { site: via }) },
    entity: [
      {
        what: { identifier: { system: `${OURS}/identifier/record`, value: subject } },
        type: { system: OBJECTS, code: '2', display: 'System Object' },
      },
    ],
  };
}

/** Create, read, update, execute: by the verb with which every action begins. */
function actionCode(action: string): NonNullable<AuditEvent['action']> {
  const [verb = ''] = action.split(/[ -]/);
  if (['read', 'list', 'draw', 'search'].includes(verb)) return 'R';
  if (['upload', 'raise', 'disagree'].includes(verb)) return 'C';
  return ['replay', 'requeue', 'login', 'logout', 'refuse'].includes(verb) ? 'E' : 'U';
}
