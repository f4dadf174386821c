import type { Device, Encounter, Patient, Reference } from '@medplum/fhirtypes';
import type { Identifier } from '../../core/ecg/reading.js';
import { fail } from '../../core/failure.js';
import type { EcgRecord } from '../../ledger/ledger.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { searchToken } from '../../wire/fhir/reference.js';
import type { FhirResource } from '../../wire/fhir/resource.js';
import { SYSTEMS } from './codes.js';
import {
  logicalReference,
  numbersOf,
  ownReference,
  systemOf,
  type AuthoritySystems,
} from './party.js';

/** More of one number than this are not looked at: two are too many already. */
const MATCHES_MAX = 20;

/** Finds at the server what a result refers to. */
export class Lookup {
  readonly #devices = new Map<string, string>();

  constructor(
    private readonly client: FhirClient,
    private readonly systems: AuthoritySystems,
  ) {}

  /**
   * The patient by the server's own id where that is what we were given, else the one patient with
   * this number. With none, or with two, the result names the number and leaves the choice to people:
   * a wrong chart is worse than an unfiled result.
   */
  async subject({ patient }: EcgRecord): Promise<Reference<Patient>> {
    if (!patient) throw fail('patient-missing', 'the ECG names no patient, so there is no chart');
    const own = ownReference('Patient', numbersOf(patient), this.client.baseUrl);
    return own ?? (await this.#byNumber<Patient>('Patient', patient));
  }

  async encounter({ encounter }: EcgRecord): Promise<Reference<Encounter> | null> {
    if (!encounter) return null;
    const own = ownReference('Encounter', [encounter], this.client.baseUrl);
    return own ?? (await this.#byNumber<Encounter>('Encounter', encounter));
  }

  /** Null where the server does not hold it yet. Remembered, as it is the same for every ECG. */
  async device(modelSet: string): Promise<Reference<Device> | null> {
    const known = this.#devices.get(modelSet);
    if (known !== undefined) return { reference: known };
    const [oldest] = await this.standing('Device', SYSTEMS.modelSet, modelSet);
    if (oldest?.id === undefined) return null;
    this.#devices.set(modelSet, `Device/${oldest.id}`);
    return { reference: `Device/${oldest.id}` };
  }

  /** After a refusal: the server may have lost what we remember. True when there was something. */
  forget(modelSet: string): boolean {
    return this.#devices.delete(modelSet);
  }

  /** The result that stands, by its number; null where there is none yet. */
  async result(type: string, { system, value }: Numbered): Promise<Reference | null> {
    const [oldest] = await this.standing(type, system, value);
    return oldest?.id === undefined ? null : { reference: `${type}/${oldest.id}` };
  }

  /** What carries any of these numbers, whatever became of it. */
  async carrying(type: string, numbers: readonly Numbered[]): Promise<readonly Found[]> {
    const { resources } = await this.client.search(type, {
      identifier: numbers.map(({ system, value }) => searchToken(system, value)).join(','),
      _count: String(MATCHES_MAX),
    });
    return resources.map((one): Found => one).filter((one) => one.resourceType === type);
  }

  /** What carries this number and was not withdrawn, oldest first. */
  async standing(type: string, system: string, value: string): Promise<readonly Found[]> {
    const { resources } = await this.client.search(type, {
      identifier: searchToken(system, value),
      _count: String(MATCHES_MAX),
    });
    return resources
      .map((one): Found => one)
      .filter(({ resourceType, status }) => resourceType === type && status !== WITHDRAWN)
      .sort(byAge);
  }

  async #byNumber<T extends Patient | Encounter>(
    type: T['resourceType'],
    number: Identifier,
  ): Promise<Reference<T>> {
    const found = await this.standing(type, systemOf(number.authority, this.systems), number.value);
    const [one] = found;
    return found.length === 1 && one?.id !== undefined
      ? { reference: `${type}/${one.id}` }
      : logicalReference<T>(type, number, this.systems);
  }
}

export const WITHDRAWN = 'entered-in-error';

export interface Numbered {
  readonly system: string;
  readonly value: string;
}

export function referenceOf({ resourceType, id }: Found): string {
  return `${resourceType}/${id ?? ''}`;
}

export interface Found extends FhirResource {
  readonly status?: string;
  readonly meta?: { readonly lastUpdated?: string; readonly versionId?: string };
  readonly identifier?: unknown;
}

/** One order for every writer, so that two that reconcile at one instant agree. */
function byAge(one: Found, other: Found): number {
  const age = (one.meta?.lastUpdated ?? '').localeCompare(other.meta?.lastUpdated ?? '');
  return age === 0 ? (one.id ?? '').localeCompare(other.id ?? '') : age;
}
