import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { TransactionEntry, Written } from '../../wire/fhir/resource.js';
import type { Attempt, Destination, Order, Standing } from '../destination.js';
import { isPage, pagedFindings } from '../page-wording.js';
import { toAlertEntries } from './alert.js';
import { SYSTEMS } from './codes.js';
import { Lookup, WITHDRAWN, type Found } from './lookup.js';
import { writeOneByOne } from './one-by-one.js';
import type { AuthoritySystems } from './party.js';
import { hasSomethingToSay, toResultEntries, type ResultForm } from './result.js';

export interface FhirDestinationOptions {
  readonly name: string;
  readonly client: FhirClient;
  readonly form: ResultForm;
  readonly systems: AuthoritySystems;
  /** Who an alert is addressed to, as references at this server. */
  readonly alertRecipients: readonly string[];
  readonly log: Log;
  readonly now: () => number;
}

/** How long a server is taken by what it said of itself. */
export const CAPABILITIES_MS = 10 * 60_000;

/** The EHR as a destination of results and alerts. */
export function createFhirDestination(options: FhirDestinationOptions): Destination {
  return new FhirDestination(options);
}

/**
 * Exactly once, on a server that promises little. A first write is a conditional create inside one
 * transaction. Where an earlier write may have happened, what stands is read back first; and after a
 * write that may have met another writer's, doubles are looked for and made one: the oldest stays,
 * the others become entered-in-error and give up our identifier, so that the next search finds one.
 */
class FhirDestination implements Destination {
  readonly name: string;
  readonly kinds = ['result', 'alert', 'escalation'] as const;
  readonly #lookup: Lookup;
  #transactions: { readonly taken: boolean; readonly untilMs: number } | null = null;
  /** While the server does not hold our Device, writes take turns: the first of them makes it. */
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(private readonly options: FhirDestinationOptions) {
    this.name = options.name;
    this.#lookup = new Lookup(options.client, options.systems);
  }

  async deliver(order: Order, attempt: Attempt): Promise<Standing> {
    if (!isWorthWriting(order)) return { reference: null, found: false };
    const whole = await this.#takesTransactions();
    // One by one, what stands may be the first part of an attempt that was cut off: all is gone over.
    if (attempt.outcomeUnknown && whole) {
      const standing = await this.#settled(order, null);
      if (standing) return { reference: referenceOf(standing.kept), found: true };
    }
    const written = await this.#write(order, attempt, whole);
    if (!attempt.outcomeUnknown) return written;
    const settled = await this.#settled(order, null);
    return { ...written, reference: settled ? referenceOf(settled.kept) : written.reference };
  }

  async reconcile(order: Order, confirmed: string | null): Promise<number> {
    const settled = await this.#settled(order, confirmed);
    return settled?.withdrawn ?? 0;
  }

  async #write(order: Order, attempt: Attempt, whole: boolean): Promise<Standing> {
    const { modelSet } = order.assessment;
    if (order.kind === 'result' && !(await this.#lookup.device(modelSet))) {
      const release = await this.#turn();
      try {
        if (!(await this.#lookup.device(modelSet))) return await this.#send(order, attempt, whole);
      } finally {
        release();
      }
    }
    try {
      return await this.#send(order, attempt, whole);
    } catch (error) {
      const refused = failureOf(error).code === 'destination-refused';
      if (!refused || !this.#lookup.forget(modelSet)) throw error;
      return this.#send(order, attempt, whole);
    }
  }

  async #send(order: Order, attempt: Attempt, whole: boolean): Promise<Standing> {
    const entries = await this.#entries(order);
    await attempt.beforeWrite();
    const { client } = this.options;
    const written = whole
      ? await client.transaction(entries)
      : await writeOneByOne(client, entries);
    return standingIn(written, typeOf(order));
  }

  async #entries(order: Order): Promise<readonly TransactionEntry[]> {
    const { form, alertRecipients: recipients } = this.options;
    const [subject, encounter, device] = await Promise.all([
      this.#lookup.subject(order.ecg),
      this.#lookup.encounter(order.ecg),
      this.#lookup.device(order.assessment.modelSet),
    ]);
    if (order.kind === 'result')
      return toResultEntries(order, { subject, encounter, device }, form);
    const risk = await this.#lookup.risk(order.assessmentId);
    return toAlertEntries(order, { subject, encounter, device, risk, recipients }, form);
  }

  /** Resolves when all turns before have ended. */
  async #turn(): Promise<() => void> {
    const before = this.#lastTurn;
    let release: () => void = () => undefined;
    this.#lastTurn = new Promise((resolve) => (release = resolve));
    await before;
    return release;
  }

  /** What stands, after doubles were withdrawn; null where nothing stands. */
  async #settled(
    order: Order,
    confirmed: string | null,
  ): Promise<{ kept: Found; withdrawn: number } | null> {
    const { system, value } = identifierOf(order);
    const standing = await this.#lookup.standing(typeOf(order), system, value);
    const kept = standing.find((one) => referenceOf(one) === confirmed) ?? standing[0];
    if (!kept) return null;
    const doubles = standing.filter((one) => one !== kept);
    for (const double of doubles) await this.#withdraw(double, value);
    if (doubles.length > 0) {
      const { deliveryId, assessmentId } = order;
      this.options.log('doubleWithdrawn', { deliveryId, assessmentId, count: doubles.length });
    }
    return { kept, withdrawn: doubles.length };
  }

  /** Kept as a record of the error, which needs no right to delete; deleted where it cannot be. */
  async #withdraw(double: Found, value: string): Promise<void> {
    const { client } = this.options;
    const identifier = [{ system: SYSTEMS.withdrawn, value }];
    const withdrawn: Found = { ...double, status: WITHDRAWN, identifier };
    try {
      await client.update(withdrawn);
    } catch (error) {
      if (failureOf(error).class !== 'permanent') throw error;
      await client.remove(referenceOf(double));
    }
  }

  async #takesTransactions(): Promise<boolean> {
    const nowMs = this.options.now();
    if (this.#transactions && nowMs < this.#transactions.untilMs) return this.#transactions.taken;
    const taken = await this.#asksForTransactions();
    this.#transactions = { taken, untilMs: nowMs + CAPABILITIES_MS };
    return taken;
  }

  /** A server that refuses to describe itself is taken for a whole one. */
  async #asksForTransactions(): Promise<boolean> {
    try {
      return (await this.options.client.capabilities()).transaction;
    } catch (error) {
      if (failureOf(error).class !== 'permanent') throw error;
      return true;
    }
  }
}

function isWorthWriting(order: Order): boolean {
  const { assessment } = order;
  if (isPage(order)) return assessment.alert.raise || pagedFindings(order).length > 0;
  return hasSomethingToSay(assessment);
}

function typeOf(order: Order): 'RiskAssessment' | 'CommunicationRequest' {
  return isPage(order) ? 'CommunicationRequest' : 'RiskAssessment';
}

function identifierOf(order: Order): { system: string; value: string } {
  return isPage(order)
    ? { system: SYSTEMS.alert, value: order.deliveryId }
    : { system: SYSTEMS.assessment, value: order.assessmentId };
}

function referenceOf({ resourceType, id }: Found): string {
  return `${resourceType}/${id ?? ''}`;
}

function standingIn(written: readonly Written[], type: string): Standing {
  const one = written.find(({ reference }) => reference.startsWith(`${type}/`));
  return one
    ? { reference: one.reference, found: !one.created }
    : { reference: null, found: false };
}
