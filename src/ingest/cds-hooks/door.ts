import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { failure, FailureError, type Failure } from '../../core/failure.js';
import type { CdsCardNote, CdsFeedbackNote, CdsMemory } from '../../ledger/cds.js';
import type { Ledger } from '../../ledger/ledger.js';
import { decodeCdsCall, decodeCdsFeedback, type CdsCall } from '../../wire/cds-hooks/call.js';
import type { CdsCard, CdsServiceDescription } from '../../wire/cds-hooks/card.js';
import type { TokenCheck } from '../../wire/cds-hooks/token.js';
import type { Decode } from '../decode.js';
import type { Intake } from '../intake.js';
import { readBody } from '../rest/body.js';
import { statusOf, toOperationOutcome } from '../rest/operation-outcome.js';
import { waitForAssessment, type Assessed } from '../rest/standing.js';
import { isPatient, keysOfPatient } from './patient.js';
import { ecgIn } from './prefetched.js';
import { CDS_SERVICES } from './services.js';

export interface CdsRequest {
  readonly service: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readable;
}

export interface CdsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface CdsDoor {
  discovery(): CdsAnswer;
  call(request: CdsRequest): Promise<CdsAnswer>;
  feedback(request: CdsRequest): Promise<CdsAnswer>;
}

/** How an assessed ECG reads as cards: given by whoever composes the door. */
export type ToCards = (
  assessed: Assessed,
  hookInstance: string,
) => readonly (Omit<CdsCardNote, 'card' | 'service' | 'atMs'> & { readonly card: CdsCard })[];

export interface CdsDoorOptions {
  readonly check: TokenCheck;
  readonly intake: Pick<Intake, 'submit'>;
  readonly ledger: Pick<
    Ledger,
    'receipts' | 'assessments' | 'deliveries' | 'outcomes' | 'audit'
  > & {
    readonly cds: CdsMemory;
  };
  readonly decode: Decode;
  readonly toCards: ToCards;
  /** The chart of a patient on our own FHIR server; null where there is none, or it is not there. */
  readonly patientOf: (patientId: string, fhirServer: string | null) => Promise<unknown>;
  readonly authoritySystems: Readonly<Record<string, string>>;
  /** The FHIR server that results are written to: whose references are ours to use. */
  readonly fhirBaseUrl: string | null;
  readonly bodyBytesMax: number;
  readonly waitMsMax: number;
  /** ECGs older than this are history, not news for whoever opens the chart. */
  readonly hoursMax: number;
  readonly now: () => number;
}

const JSON_TYPE = 'application/json';
const ECGS_MAX = 5;
const HOUR_MS = 3_600_000;

export function createCdsDoor(options: CdsDoorOptions): CdsDoor {
  return {
    discovery: () => json(200, { services: CDS_SERVICES }),
    call: (request) =>
      admitted(request, options, (service, by) => call(service, by, request, options)),
    feedback: (request) => admitted(request, options, (_, by) => feedback(by, request, options)),
  };
}

/** Nothing of a body is read before the caller is known. */
async function admitted(
  request: CdsRequest,
  options: CdsDoorOptions,
  work: (service: CdsServiceDescription, by: string) => Promise<CdsAnswer>,
): Promise<CdsAnswer> {
  try {
    const verdict = await options.check(request.authorization, request.path);
    if (!verdict.ok) {
      await options.ledger.audit.record({
        actor: 'cds-hooks',
        action: `refused: ${verdict.why}`,
        subject: CDS_SERVICES.some(({ id }) => id === request.service) ? request.service : '-',
      });
      return problem(401, failure('unauthorised', verdict.why));
    }
    const service = CDS_SERVICES.find(({ id }) => id === request.service);
    if (!service) return problem(404, failure('row-missing', 'there is no such service'));
    return await work(service, verdict.issuer);
  } catch (error) {
    if (error instanceof FailureError) return problem(statusOf(error.failure), error.failure);
    throw error;
  }
}

async function call(
  service: CdsServiceDescription,
  by: string,
  request: CdsRequest,
  options: CdsDoorOptions,
): Promise<CdsAnswer> {
  const body = await readBody(request.body, options.bodyBytesMax);
  if (!body.whole) return tooLarge(options);
  const decoded = decodeCdsCall(body.bytes);
  if (!decoded.ok) return problem(400, decoded.failure);
  const asked = decoded.value;
  if (asked.hook !== service.hook) {
    return problem(400, failure('request-invalid', 'this service answers to another hook'));
  }
  const patient = await patientFor(asked, options);
  if (patient === null) {
    const told = 'the patient came neither with the call nor from our own FHIR server';
    return problem(412, failure('patient-missing', told, { location: 'prefetch.patient' }));
  }
  const { ledger, now } = options;
  await ledger.audit.record({
    actor: by,
    action: `cds-hooks ${service.hook}`,
    subject: asked.patientId,
  });
  const untilMs = now() + options.waitMsMax;
  const fresh = await submitEcg(asked, patient, by, options);
  const keys = keysOfPatient(patient, asked.patientId, asked.fhirServer, options.authoritySystems);
  const sinceMs = now() - options.hoursMax * HOUR_MS;
  const newest = await ledger.cds.newestEcgs(keys, sinceMs, ECGS_MAX);
  const ecgIds = [...new Set([...(fresh === null ? [] : [fresh]), ...newest])].slice(0, ECGS_MAX);
  const told = await cardsFor(ecgIds, asked, untilMs, options);
  await ledger.cds.cardsShown(
    told.map(({ card, ...note }) => ({
      ...note,
      card: card.uuid,
      service: service.id,
      atMs: now(),
    })),
  );
  return json(200, { cards: told.map(({ card }) => card) });
}

async function cardsFor(
  ecgIds: readonly string[],
  { hookInstance }: CdsCall,
  untilMs: number,
  { ledger, toCards, now }: CdsDoorOptions,
): Promise<ReturnType<ToCards>> {
  const assessed = await Promise.all(
    ecgIds.map((id) => waitForAssessment(ledger, id, Math.max(0, untilMs - now()), now)),
  );
  return assessed.flatMap((one) => (one ? toCards(one, hookInstance) : []));
}

/** The chart that came with the call, if it is the one asked about; else the one on our own server. */
async function patientFor(asked: CdsCall, options: CdsDoorOptions): Promise<unknown> {
  const brought = asked.prefetch['patient'];
  if (isPatient(brought, asked.patientId)) return brought;
  const ours = await options.patientOf(asked.patientId, asked.fhirServer);
  return isPatient(ours, asked.patientId) ? ours : null;
}

/** An ECG that came with the call goes the way of every ECG: committed, scored once, delivered. */
async function submitEcg(
  asked: CdsCall,
  patient: unknown,
  by: string,
  options: CdsDoorOptions,
): Promise<string | null> {
  const ecg = ecgIn(asked.prefetch['ecg'], patient, asked.patientId);
  if (!ecg) return null;
  const { reference, version, bytes } = ecg;
  const isOurServer = asked.fhirServer !== null && asked.fhirServer === options.fhirBaseUrl;
  const { accepted } = await options.intake.submit({
    door: 'cds-hooks',
    sender: by,
    messageId:
      reference !== null && version !== null
        ? `${reference}/_history/${version}`
        : createHash('sha256').update(bytes).digest('hex'),
    contentType: 'application/fhir+json',
    bytes,
    receivedAtMs: options.now(),
    hints: {},
    decoded: await options.decode(bytes),
    production: true,
    sourceReference: isOurServer ? reference : null,
  });
  return accepted.ecgId;
}

async function feedback(
  by: string,
  request: CdsRequest,
  options: CdsDoorOptions,
): Promise<CdsAnswer> {
  const body = await readBody(request.body, options.bodyBytesMax);
  if (!body.whole) return tooLarge(options);
  const decoded = decodeCdsFeedback(body.bytes);
  if (!decoded.ok) return problem(400, decoded.failure);
  const notes = decoded.value.map(({ at, ...rest }): CdsFeedbackNote => ({
    ...rest,
    by,
    atMs: at === null ? options.now() : Date.parse(at),
  }));
  for (const note of notes) await keep(note, options);
  return json(200, {});
}

const NOT_PRESENT = 'not-present';

/** A clinician who has read the ECG and says the finding is not there has told an outcome. */
async function keep(note: CdsFeedbackNote, { ledger }: CdsDoorOptions): Promise<void> {
  const shown = await ledger.cds.feedback(note);
  if (shown === null || shown.findingId === null || note.reasonCode !== NOT_PRESENT) return;
  await ledger.outcomes.record({
    ecgId: shown.ecgId,
    assessmentId: shown.assessmentId,
    findingId: shown.findingId,
    says: 'absent',
    by: note.by,
    source: 'cds-hooks',
    reason: note.comment,
    code: null,
    atMs: note.atMs,
  });
}

function tooLarge({ bodyBytesMax }: CdsDoorOptions): CdsAnswer {
  return problem(
    413,
    failure('message-too-large', `the body is larger than ${bodyBytesMax} bytes`),
  );
}

function json(status: number, body: unknown): CdsAnswer {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

function problem(status: number, why: Failure): CdsAnswer {
  return {
    status,
    contentType: 'application/fhir+json',
    body: JSON.stringify(toOperationOutcome(why)),
  };
}
