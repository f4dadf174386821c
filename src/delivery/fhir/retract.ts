import { failureOf } from '../../core/failure.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { Attempt, Order, Standing } from '../destination.js';
import { pageNumbers, statusOf, withState } from './alert-state.js';
import { CARRIERS, type Taken } from './carrier.js';
import { SYSTEMS } from './codes.js';
import { ALERT_TYPES } from './form.js';
import { referenceOf, WITHDRAWN, type Found, type Lookup } from './lookup.js';
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
    ...pageNumbers(order, destination),
    ...PARTS.map((part) => ({ system: SYSTEMS.part, value: partNumber(order, part) })),
  ];
  const found: Found[] = [];
  for (const type of TYPES.filter((one) => taken.takes(one))) {
    const all = await lookup.carrying(type, numbers);
    found.push(...all.filter(({ status }) => !isTakenBack(status)));
  }
  return found;
}

const TAKEN_BACK = new Set([WITHDRAWN, 'revoked', 'inactive', 'cancelled']);

function isTakenBack(status: string | undefined): boolean {
  return status !== undefined && TAKEN_BACK.has(status);
}

/** The same resource as each type says that it no longer counts, and why in its own words. */
function withdrawn(one: Found, note: string, isOtherPatients: boolean): Found {
  const record: Readonly<Record<string, unknown>> = { ...one };
  switch (one.resourceType) {
    case 'CommunicationRequest':
      return {
        ...withState(one, 'withdrawn'),
        status: statusOf('CommunicationRequest', 'withdrawn'),
        ...{ statusReason: { text: note } },
      };
    case 'Flag':
      // A flag on the wrong patient never was one.
      return {
        ...withState(one, 'withdrawn'),
        status: isOtherPatients ? WITHDRAWN : statusOf('Flag', 'withdrawn'),
      };
    case 'DetectedIssue':
      return { ...withState(one, 'withdrawn'), status: WITHDRAWN, ...{ detail: note } };
    case 'DiagnosticReport':
      return { ...one, status: WITHDRAWN, ...{ conclusion: note } };
    case 'DocumentReference':
      return { ...one, status: WITHDRAWN, ...{ description: note } };
    default: {
      const notes = Array.isArray(record['note']) ? (record['note'] as readonly unknown[]) : [];
      return { ...one, status: WITHDRAWN, ...{ note: [{ text: note }, ...notes] } };
    }
  }
}

/** Kept as a record of the error, which needs no right to delete; deleted where it cannot be. */
export async function updateOrRemove(client: FhirClient, changed: Found): Promise<void> {
  try {
    await client.change(changed, null);
  } catch (error) {
    if (failureOf(error).class !== 'permanent') throw error;
    await client.remove(referenceOf(changed));
  }
}
