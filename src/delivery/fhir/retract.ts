import { failureOf } from '../../core/failure.js';
import { deliveryIdOf } from '../../ledger/identity.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { Attempt, Order, Standing } from '../destination.js';
import { CARRIERS, type Taken } from './carrier.js';
import { SYSTEMS } from './codes.js';
import { ALERT_TYPES } from './form.js';
import { referenceOf, type Found, type Lookup } from './lookup.js';
import { partNumber } from './other-carriers.js';
import { retractionNote } from './wording.js';

/**
 * Takes back everything that stands for an assessment: results and all beside them as entered in
 * error, alerts as no longer asked for. The resources stay, with their numbers, as a record of what
 * was once said; and a write that comes late finds its number taken and makes nothing.
 */
export async function retract(
  order: Order,
  attempt: Pick<Attempt, 'beforeWrite'>,
  { name, client, lookup, taken }: Retraction,
): Promise<Standing> {
  const note = retractionNote(order.end ?? null);
  const standing = await standingFor(order, name, lookup, taken);
  if (standing.length > 0) await attempt.beforeWrite();
  for (const one of standing) {
    await updateOrRemove(client, withdrawn(one, note, order.end?.why === 'moved'));
  }
  const [first] = standing;
  return { reference: first ? referenceOf(first) : null, found: !first };
}

export interface Retraction {
  /** Of the destination: its deliveries carry it in their ids. */
  readonly name: string;
  readonly client: FhirClient;
  readonly lookup: Lookup;
  readonly taken: Taken;
}

const TYPES = [...ALERT_TYPES, ...CARRIERS, 'Media'] as const;
const PARTS = ['result', 'intervals', 'st-levels', 'picture'] as const;

/** Alerts first: they are what somebody may be running for. */
async function standingFor(
  order: Order,
  destination: string,
  lookup: Lookup,
  taken: Taken,
): Promise<Found[]> {
  const { assessmentId } = order;
  const numbers = [
    { system: SYSTEMS.assessment, value: assessmentId },
    { system: SYSTEMS.alert, value: deliveryIdOf(assessmentId, { destination, kind: 'alert' }) },
    ...PARTS.map((part) => ({ system: SYSTEMS.part, value: partNumber(order, part) })),
  ];
  const found: Found[] = [];
  for (const type of TYPES.filter((one) => taken.takes(one))) {
    const all = await lookup.carrying(type, numbers);
    found.push(...all.filter(({ status }) => !isTakenBack(status)));
  }
  return found;
}

const TAKEN_BACK = new Set(['entered-in-error', 'revoked', 'inactive', 'cancelled']);

function isTakenBack(status: string | undefined): boolean {
  return status !== undefined && TAKEN_BACK.has(status);
}

/** The same resource as each type says that it no longer counts, and why in its own words. */
function withdrawn(one: Found, note: string, isOtherPatients: boolean): Found {
  const record: Readonly<Record<string, unknown>> = { ...one };
  switch (one.resourceType) {
    case 'CommunicationRequest':
      return { ...one, status: 'revoked', ...{ statusReason: { text: note } } };
    case 'Flag':
      // A flag on the wrong patient never was one.
      return { ...one, status: isOtherPatients ? 'entered-in-error' : 'inactive' };
    case 'DetectedIssue':
      return { ...one, status: 'entered-in-error', ...{ detail: note } };
    case 'DiagnosticReport':
      return { ...one, status: 'entered-in-error', ...{ conclusion: note } };
    case 'DocumentReference':
      return { ...one, status: 'entered-in-error', ...{ description: note } };
    default: {
      const notes = Array.isArray(record['note']) ? (record['note'] as readonly unknown[]) : [];
      return { ...one, status: 'entered-in-error', ...{ note: [{ text: note }, ...notes] } };
    }
  }
}

/** Kept as a record of the error, which needs no right to delete; deleted where it cannot be. */
export async function updateOrRemove(client: FhirClient, changed: Found): Promise<void> {
  try {
    await client.update(changed);
  } catch (error) {
    if (failureOf(error).class !== 'permanent') throw error;
    await client.remove(referenceOf(changed));
  }
}
