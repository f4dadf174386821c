import { createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Finding } from '../core/decision/assessment.js';
import { shownFindings } from '../core/decision/standing.js';
import { fail, failureOf } from '../core/failure.js';
import type { DeliveryKind } from '../ledger/ledger.js';
import type { Destination, Order } from './destination.js';
import { hasSomethingToSay } from './fhir/form.js';
import { notesOf, paperNotes, retractionNote } from './fhir/wording.js';
import { isPage, pagedFindings, pageText, pageUrgency, stateText } from './page-wording.js';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  /** Hosts that may be called; another is refused before anything is sent. */
  readonly hosts: readonly string[];
  readonly answerMsMax: number;
  readonly now: () => number;
}

/** Only its status counts; an answer of any length must not be read for ever. */
const ANSWER_BYTES_MAX = 64 * 1024;

/**
 * Results and pages as JSON to one address. The delivery's id is the idempotency key, so that the
 * receiver knows a repeat; `Leadwire-Signature: t=SECONDS,v1=HEX` is an HMAC-SHA256 over
 * `SECONDS.BODY`, so that it knows us and the time. A redirection is not followed: it would take
 * patient data to a place that nobody configured.
 */
export function createWebhook(options: WebhookOptions): Destination {
  const url = new URL(options.url);
  if (!options.hosts.includes(url.hostname)) {
    throw fail('destination-not-configured', 'the host of the webhook is not on its list');
  }
  const kinds: readonly DeliveryKind[] = [
    'result',
    'alert',
    'escalation',
    'alert-update',
    'retraction',
  ];
  return {
    name: 'webhook',
    kinds,
    inOrder: true,
    async deliver(order, attempt) {
      if (!isWorthSending(order)) return { reference: null, found: false };
      const body = JSON.stringify(toWebhookBody(order));
      await attempt.beforeWrite();
      await post(url, body, order.deliveryId, options);
      return { reference: order.deliveryId, found: false };
    },
  };
}

function isWorthSending(order: Order): boolean {
  if (order.kind === 'alert-update') return true;
  if (order.kind === 'retraction') return (order.told ?? []).length > 0;
  if (isPage(order)) return order.assessment.alert.raise || pagedFindings(order).length > 0;
  return hasSomethingToSay(order.assessment);
}

export function toWebhookBody(order: Order): Readonly<Record<string, unknown>> {
  const { kind, assessment, ecg } = order;
  const { patient, encounter, acquisition } = ecg;
  const findings = isAboutAlert(order) ? pagedFindings(order) : shownFindings(assessment);
  return {
    id: order.deliveryId,
    kind,
    evaluationOnly: assessment.evaluationOnly,
    assessmentId: order.assessmentId,
    ecgId: ecg.id,
    assessedAt: new Date(order.assessedAtMs).toISOString(),
    acquiredAt: timeOf(acquisition.instantMs),
    patient: patient && { authority: patient.authority, value: patient.value },
    encounter: encounter && { authority: encounter.authority, value: encounter.value },
    modelSet: assessment.modelSet,
    policyVersion: assessment.policyVersion,
    findings: kind === 'retraction' ? [] : findings.map(toFinding),
    notes:
      kind === 'retraction'
        ? [retractionNote(order.end ?? null)]
        : [...paperNotes(order.ecg), ...notesOf(assessment)],
    alert: isAboutAlert(order) || kind === 'retraction' ? alertOf(order) : null,
    ...(kind === 'retraction'
      ? {
          takesBack: order.told ?? [],
          because: order.end?.why ?? null,
          endedAt: timeOf(order.end?.atMs ?? null),
        }
      : {}),
  };
}

function isAboutAlert(order: Order): boolean {
  return isPage(order) || order.kind === 'alert-update';
}

function toFinding(finding: Finding): Readonly<Record<string, unknown>> {
  const { findingId, title, probability, threshold, positive, code } = finding;
  return { findingId, title, probability, threshold, positive, code };
}

/** `revision` rises with every change, so that the newest word is known whatever came last. */
function alertOf(order: Order): Readonly<Record<string, unknown>> | null {
  const { alert, kind } = order;
  if (kind === 'retraction' && !alert) return null;
  return {
    id: alert?.id ?? null,
    state: kind === 'retraction' ? 'withdrawn' : (alert?.state ?? 'raised'),
    revision: alert?.revision ?? null,
    urgency: pageUrgency(order),
    isStorm: alert?.isStorm ?? false,
    acknowledgedBy: alert?.acknowledgedBy ?? null,
    acknowledgedAt: timeOf(alert?.acknowledgedAtMs ?? null),
    text: textOf(order),
  };
}

function textOf(order: Order): string {
  if (order.kind === 'retraction') return retractionNote(order.end ?? null);
  return order.kind === 'alert-update' && order.alert ? stateText(order.alert) : pageText(order);
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

export function signatureOf(secret: string, seconds: number, body: string): string {
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}

function post(url: URL, body: string, key: string, options: WebhookOptions): Promise<void> {
  const { secret, answerMsMax, now } = options;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'idempotency-key': key,
    'leadwire-signature': signatureOf(secret, Math.floor(now() / 1000), body),
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerMsMax);
    const state = { wasConnected: false };
    const request = send(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      answered(response).then(resolve, reject);
    });
    request.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        state.wasConnected = true;
      });
    });
    request.on('error', (error) => {
      reject(
        state.wasConnected
          ? fail('destination-outcome-unknown', 'the webhook did not answer', { cause: error })
          : fail('destination-away', 'the webhook cannot be reached', { cause: error }),
      );
    });
    request.end(body);
  });
}

async function answered(response: IncomingMessage): Promise<void> {
  const status = response.statusCode ?? 0;
  try {
    let bytes = 0;
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length;
      if (bytes > ANSWER_BYTES_MAX) break;
    }
  } catch (error) {
    throw fail('destination-outcome-unknown', `the answer broke off (${failureOf(error).code})`);
  }
  if (status >= 200 && status < 300) return;
  if (status === 429 || status >= 500 || status === 408) {
    throw fail('destination-busy', `the webhook answered ${status}`, retryAfter(response));
  }
  if (status === 401 || status === 403) {
    throw fail('destination-unauthorised', `the webhook answered ${status}`);
  }
  throw fail('destination-refused', `the webhook answered ${status}`);
}

const WAIT_SECONDS_MAX = 3_600;

function retryAfter({ headers }: IncomingMessage): { readonly retryAfterMs?: number } {
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? { retryAfterMs: Math.min(seconds, WAIT_SECONDS_MAX) * 1000 } : {};
}
