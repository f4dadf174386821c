import { fail, failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import type { TransactionEntry, Written } from '../../wire/fhir/resource.js';
import type { Attempt, Destination, Order, Standing } from '../destination.js';
import { isPage, pagedFindings } from '../page-wording.js';
import { toAlertEntries } from './alert.js';
import type { Taken } from './carrier.js';
import { SYSTEMS } from './codes.js';
import { hasSomethingToSay, type ResultForm } from './form.js';
import { Lookup, referenceOf, WITHDRAWN, type Found, type Numbered } from './lookup.js';
import { writeOneByOne } from './one-by-one.js';
import type { AuthoritySystems } from './party.js';
import { resultNumber, toResultEntries } from './result.js';
import { retract, updateOrRemove } from './retract.js';
import { ServerView } from './server-view.js';
import { tellState } from './tell-state.js';
import { ALERT_URN, RESULT_URN } from './urns.js';

export interface FhirDestinationOptions {
  readonly name: string;
  readonly client: FhirClient;
  readonly form: ResultForm;
  readonly systems: AuthoritySystems;
  /** Who an alert is addressed to, as references at this server. */
  readonly alertRecipients: readonly string[];
  /** The ECG on its paper with the evidence, as PNG; asked for where the form wants a picture. */
  readonly draw?: (order: Order) => Promise<Uint8Array | null>;
  readonly log: Log;
  readonly now: () => number;
}

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
  readonly kinds = ['result', 'alert', 'escalation', 'alert-update', 'retraction'] as const;
  readonly #lookup: Lookup;
  readonly #view: ServerView;
  /** While the server does not hold our Device, writes take turns: the first of them makes it. */
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(private readonly options: FhirDestinationOptions) {
    this.name = options.name;
    this.#lookup = new Lookup(options.client, options.systems);
    this.#view = new ServerView({ ...options, alert: options.form.alert });
  }

  /** Asks the server what it takes, so that the choice is told at the start and not at the first ECG. */
  async prepare(): Promise<void> {
    await this.#view.taken();
  }

  describe(): string | null {
    return this.#view.describe();
  }

  async deliver(order: Order, attempt: Attempt): Promise<Standing> {
    const taken = await this.#view.taken();
    if (order.kind === 'retraction') return this.#retract(order, attempt, taken);
    if (order.kind === 'alert-update') {
      const { name, client, form } = this.options;
      const lookup = this.#lookup;
      const telling = { name, client, lookup, type: form.alert, view: this.#view };
      return tellState(order, attempt, telling);
    }
    if (!isWorthWriting(order)) return { reference: null, found: false };
    if (order.kind === 'result' && taken.carrier === null) {
      throw fail('destination-refused', 'the server takes no resource that could carry a result');
    }
    // One by one, what stands may be the first part of an attempt that was cut off: all is gone over.
    if (attempt.outcomeUnknown && taken.transactions) {
      const standing = await this.#settled(order, null);
      if (standing) return { reference: referenceOf(standing.kept), found: true };
    }
    const written = await this.#write(order, attempt, taken);
    if (!attempt.outcomeUnknown) return written;
    const settled = await this.#settled(order, null);
    return { ...written, reference: settled ? referenceOf(settled.kept) : written.reference };
  }

  async reconcile(order: Order, confirmed: string | null): Promise<number> {
    // Both wrote over a version that they had read: one of them was refused.
    if (order.kind === 'alert-update') return 0;
    const settled = await this.#settled(order, confirmed);
    return settled?.withdrawn ?? 0;
  }

  async #write(order: Order, attempt: Attempt, taken: Taken): Promise<Standing> {
    const { modelSet } = order.assessment;
    if (
      order.kind === 'result' &&
      taken.takes('Device') &&
      !(await this.#device(modelSet, taken))
    ) {
      const release = await this.#turn();
      try {
        if (!(await this.#device(modelSet, taken))) return await this.#send(order, attempt, taken);
      } finally {
        release();
      }
    }
    try {
      return await this.#send(order, attempt, taken);
    } catch (error) {
      const refused = failureOf(error).code === 'destination-refused';
      if (!refused || !this.#lookup.forget(modelSet)) throw error;
      return this.#send(order, attempt, taken);
    }
  }

  async #send(order: Order, attempt: Attempt, taken: Taken): Promise<Standing> {
    const entries = await this.#entries(order, taken);
    await attempt.beforeWrite();
    const { client } = this.options;
    const written = taken.transactions
      ? await client.transaction(entries)
      : await writeOneByOne(client, entries);
    return this.#standingIn(entries, written, order, taken);
  }

  async #entries(order: Order, taken: Taken): Promise<readonly TransactionEntry[]> {
    const { form, alertRecipients: recipients, draw } = this.options;
    const [subject, encounter, device] = await Promise.all([
      this.#lookup.subject(order.ecg),
      this.#lookup.encounter(order.ecg),
      this.#device(order.assessment.modelSet, taken),
    ]);
    const parties = { subject, encounter, device };
    if (order.kind === 'result') {
      const isDrawn = form.picture !== 'off' && taken.takes(form.picture);
      const picture = isDrawn && draw ? await draw(order) : null;
      return toResultEntries(order, parties, form, taken, picture);
    }
    const { carrier } = taken;
    const risk = carrier && (await this.#lookup.result(carrier, resultNumber(order, carrier)));
    return toAlertEntries(order, { ...parties, risk, recipients }, form);
  }

  /** Null also where the server keeps no devices. */
  #device(modelSet: string, taken: Taken): ReturnType<Lookup['device']> {
    return taken.takes('Device') ? this.#lookup.device(modelSet) : Promise.resolve(null);
  }

  async #retract(order: Order, attempt: Attempt, taken: Taken): Promise<Standing> {
    const { client, name, log } = this.options;
    const standing = await retract(order, attempt, { name, client, lookup: this.#lookup, taken });
    const { deliveryId, assessmentId } = order;
    if (!standing.found) log('retracted', { deliveryId, assessmentId });
    return standing;
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
    const { type, system, value } = this.#place(order, await this.#view.taken());
    const standing = await this.#lookup.standing(type, system, value);
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

  /** Gives up our identifier, so that the next search finds one. */
  async #withdraw(double: Found, value: string): Promise<void> {
    const identifier = [{ system: SYSTEMS.withdrawn, value }];
    await updateOrRemove(this.options.client, { ...double, status: WITHDRAWN, identifier });
  }

  /** Of which type what stands is, and its number among them. */
  #place(order: Order, { carrier }: Taken): Numbered & { readonly type: string } {
    if (isPage(order)) {
      const { alert: type } = this.options.form;
      return { type, system: SYSTEMS.alert, value: order.deliveryId };
    }
    const type = carrier ?? 'RiskAssessment';
    return { type, ...resultNumber(order, type) };
  }

  #standingIn(
    entries: readonly TransactionEntry[],
    written: readonly Written[],
    order: Order,
    taken: Taken,
  ): Standing {
    const { type } = this.#place(order, taken);
    const main = isPage(order) ? ALERT_URN : RESULT_URN;
    const at = entries.findIndex(({ fullUrl }) => fullUrl === main);
    const one = written[at];
    return one?.reference.startsWith(`${type}/`)
      ? { reference: one.reference, found: !one.created }
      : { reference: null, found: false };
  }
}

function isWorthWriting(order: Order): boolean {
  const { assessment } = order;
  if (isPage(order)) return assessment.alert.raise || pagedFindings(order).length > 0;
  return hasSomethingToSay(assessment);
}
