import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryPlan } from '../../src/core/backoff.js';
import type { Assessment } from '../../src/core/decision/assessment.js';
import { silentLog, type Log, type LogEvent } from '../../src/core/log.js';
import { SYSTEMS } from '../../src/delivery/fhir/codes.js';
import { USUAL_FORM, type ResultForm } from '../../src/delivery/fhir/form.js';
import { createFhirDestination } from '../../src/delivery/fhir/writer.js';
import { sampleAssessment, sampleEntry } from '../../src/delivery/order.fixtures.js';
import { createDeliveryStation } from '../../src/delivery/station.js';
import type { PagePlan } from '../../src/ledger/alerts.js';
import { openEmbeddedLedger } from '../../src/ledger/embedded/embedded-ledger.js';
import type {
  Deliveries,
  Delivery,
  DeliveryKind,
  EcgEntry,
  Ledger,
} from '../../src/ledger/ledger.js';
import type { JobEnd, JobHandler } from '../../src/queue/queue.js';
import { createFhirClient, type FhirClient } from '../../src/wire/fhir/client.js';
import { temporaryFolder } from './service.js';
import { ledgerTemplate } from './template.js';
import { openTroubleProxy, type TroubleProxy } from './trouble-proxy.js';

/** A real ledger, the real station, and a real FHIR server with a proxy of trouble before it. */
export interface DeliveryRig {
  readonly ledger: Ledger;
  readonly proxy: TroubleProxy;
  /** Speaks to the server itself, past the proxy. */
  readonly direct: FhirClient;
  /** Everything the stations logged. */
  readonly told: LogEvent[];
  station(setup?: StationSetup): JobHandler;
  /** An assessed ECG of a patient of its own, and its delivery. */
  order(setup?: OrderSetup): Promise<Ordered>;
  /** Runs a job as the queue would, at once where it is due again, until it is done. */
  finish(station: JobHandler, id: string): Promise<Delivery>;
  /** What stands for an assessment, or an alert, and was not withdrawn. */
  standing(ordered: Ordered): Promise<readonly Standing[]>;
  provenances(ordered: Ordered): Promise<number>;
  close(): Promise<void>;
}

export interface Standing {
  readonly id: string;
  readonly status: string;
  readonly subject: { readonly reference?: string; readonly identifier?: { value: string } };
  readonly about?: readonly { readonly reference?: string }[];
}

export interface StationSetup {
  readonly leaseMs?: number;
  readonly requestMsMax?: number;
  readonly retry?: Partial<RetryPlan>;
  readonly form?: Partial<ResultForm>;
  /** Of this worker alone the ledger cannot be reached to renew a lease. */
  readonly cannotRenew?: boolean;
}

export interface OrderSetup {
  readonly kind?: DeliveryKind;
  readonly assessment?: Partial<Assessment>;
  /** With it an alert is raised, whose page is the delivery. */
  readonly plan?: PagePlan;
  /** Its number; a new one otherwise. */
  readonly patient?: string;
  /** More of the ECG itself. */
  readonly entry?: Partial<EcgEntry>;
}

export interface Ordered {
  readonly assessmentId: string;
  readonly deliveryId: string;
  readonly ecgId: string;
  /** Deliveries that take back what this ECG took the place of. */
  readonly retractionIds: readonly string[];
  readonly kind: DeliveryKind;
  readonly patient: string;
}

export const AUTHORITY = 'urn:oid:2.16.840.1.113883.3.999';
const RETRY: RetryPlan = { delayMsFirst: 10, delayMsMax: 100, attemptsMax: 20 };
const RUNS_MAX = 20;
const REQUEST_MS_MAX = 10_000;
const POLL_MS = 10;

/** A ledger takes seconds to make from nothing: one serves all the rigs of a spec. */
export async function openRigLedger(): Promise<Ledger> {
  const folder = temporaryFolder();
  const template = await ledgerTemplate();
  const ledger = await openEmbeddedLedger({ dataDir: folder.path, log: silentLog, template });
  return {
    ...ledger,
    close: async () => {
      await ledger.close();
      folder.remove();
    },
  };
}

/** Until the ledger would give the delivery to another worker. */
export async function untilDue(ledger: Ledger, deliveryId: string): Promise<void> {
  for (;;) {
    const due = await ledger.deliveries.due(Date.now(), 100);
    if (due.some(({ id }) => id === deliveryId)) return;
    await sleep(POLL_MS);
  }
}

export async function openDeliveryRig(serverUrl: string, ledger: Ledger): Promise<DeliveryRig> {
  const proxy = await openTroubleProxy(serverUrl);
  const clients: FhirClient[] = [];
  const told: LogEvent[] = [];
  const log: Log = (event) => told.push(event);
  const clientOf = (baseUrl: string, requestMsMax: number): FhirClient => {
    const client = createFhirClient({
      baseUrl,
      alsoKnownAs: [],
      token: () => null,
      tls: null,
      requestMsMax,
      connectMsMax: 2_000,
      responseBytesMax: 1_048_576,
      connectionsMax: 8,
      now: Date.now,
    });
    clients.push(client);
    return client;
  };
  const direct = clientOf(serverUrl, REQUEST_MS_MAX);
  const find = async (type: string, query: Record<string, string>): Promise<Standing[]> => {
    const { resources } = await direct.search(type, query);
    return (resources as unknown as Standing[]).filter(
      ({ status }) => status !== 'entered-in-error',
    );
  };
  return {
    ledger,
    proxy,
    direct,
    told,
    station: (setup = {}) =>
      createDeliveryStation({
        ledger: setup.cannotRenew ? withoutRenewal(ledger) : ledger,
        destinations: [
          createFhirDestination({
            name: 'fhir',
            client: clientOf(proxy.url, setup.requestMsMax ?? REQUEST_MS_MAX),
            form: { ...USUAL_FORM, ...setup.form },
            systems: {},
            alertRecipients: [],
            log,
            now: Date.now,
          }),
        ],
        owner: randomUUID(),
        leaseMs: setup.leaseMs ?? 30_000,
        retry: { ...RETRY, ...setup.retry },
        log,
        now: Date.now,
        random: () => 0.5,
      }),
    order: (setup = {}) => placeOrder(ledger, setup),
    finish: async (station, id) => {
      let end: JobEnd = { done: false, againAtMs: 0 };
      for (let run = 0; run < RUNS_MAX && !end.done; run += 1) end = await station(id);
      return read(ledger.deliveries, id);
    },
    standing: (ordered) =>
      ordered.kind === 'alert'
        ? find('CommunicationRequest', { identifier: `${SYSTEMS.alert}|${ordered.deliveryId}` })
        : find('RiskAssessment', { identifier: `${SYSTEMS.assessment}|${ordered.assessmentId}` }),
    provenances: async ({ assessmentId }) =>
      (await find('Provenance', { _tag: `${SYSTEMS.ofAssessment}|${assessmentId}` })).length,
    close: async () => {
      await proxy.close();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

function withoutRenewal(ledger: Ledger): Ledger {
  const renew = () => Promise.reject(new Error('the ledger cannot be reached'));
  return { ...ledger, deliveries: { ...ledger.deliveries, renew } };
}

let placed = 0;
const SECONDS_APART_MS = 5_000;

/** Of a time of its own, as the same recording of another patient would be moved. */
async function placeOrder(ledger: Ledger, setup: OrderSetup): Promise<Ordered> {
  const { kind = 'result', patient = randomUUID() } = setup;
  placed += 1;
  const instantMs = Date.UTC(2026, 0, 31, 17) + placed * SECONDS_APART_MS;
  const entry = sampleEntry({
    patient: { authority: AUTHORITY, value: patient, others: [], name: null },
    acquisition: { instantMs, flags: [] },
    ...setup.entry,
  });
  const assessment = sampleAssessment(setup.assessment);
  const { modelSet, policyVersion } = assessment;
  const accepted = await ledger.receipts.accept(
    {
      door: 'rest',
      sender: 'test',
      messageId: randomUUID(),
      contentType: 'application/octet-stream',
      bytes: new Uint8Array([1]),
      receivedAtMs: Date.now(),
      hints: {},
    },
    { outcome: 'ecg', ecg: entry, warning: null },
    { modelSet, policyVersion },
  );
  const assessmentId = accepted.assessmentId ?? '';
  const deliveries = setup.plan ? [] : [{ destination: 'fhir', kind }];
  const [deliveryId = ''] = await ledger.assessments.complete(
    assessmentId,
    assessment,
    [],
    deliveries,
    setup.plan,
  );
  const { ecgId, retractionIds = [] } = accepted;
  return { assessmentId, deliveryId, ecgId: ecgId ?? '', retractionIds, kind, patient };
}

async function read(deliveries: Deliveries, id: string): Promise<Delivery> {
  const delivery = await deliveries.get(id);
  if (!delivery) throw new RangeError('there is no such delivery');
  return delivery;
}
