import type { NewDelivery } from '../ledger.js';
import type { DeliveryRow } from './tables.js';

/** A delivery as it is born: pending, and due at once. */
export function newDeliveryRow(
  id: string,
  assessmentId: string,
  { destination, kind }: NewDelivery,
  nowMs: number,
): DeliveryRow {
  return {
    id,
    assessment_id: assessmentId,
    destination,
    kind,
    state: 'pending',
    attempts: 0,
    due_ms: nowMs,
    lease_owner: null,
    lease_until_ms: null,
    fence: 0,
    in_flight: false,
    outcome_unknown: false,
    failure: null,
    remote_reference: null,
    created_ms: nowMs,
    delivered_ms: null,
    alert_id: null,
  };
}
