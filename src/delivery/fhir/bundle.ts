import { toTransactionBundle, type TransactionBundle } from '../../wire/fhir/resource.js';
import type { Order } from '../destination.js';
import { logicalReference, type AuthoritySystems } from './party.js';
import type { ResultForm } from './form.js';
import { toResultEntries } from './result.js';

/**
 * A result as the transaction that would be written to the chart, for a caller who writes it there
 * by its own means. Parties are named by their identifiers: no server has been asked for them.
 */
export function toResultBundle(
  order: Order,
  form: ResultForm,
  systems: AuthoritySystems,
): TransactionBundle {
  const { patient, encounter } = order.ecg;
  const entries = toResultEntries(
    order,
    {
      subject: patient ? logicalReference('Patient', patient, systems) : { display: 'not stated' },
      encounter: encounter ? logicalReference('Encounter', encounter, systems) : null,
      device: null,
    },
    form,
  );
  return toTransactionBundle(entries);
}
