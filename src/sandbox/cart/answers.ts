import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { parseMessage } from '../../wire/hl7v2/message.js';
import type { Answer } from './way.js';

const TOLD_CHARS_MAX = 200;

/** An acknowledgement, with what its ERR segment says. */
export function readHl7Answer(code: string, bytes: Uint8Array): Answer {
  return {
    code,
    accepted: code === 'AA' || code === 'CA',
    told: errorIn(bytes),
    receiptId: null,
    place: null,
  };
}

const SEVERITIES: Readonly<Record<string, string>> = { W: 'warning', I: 'note', E: 'error' };

function errorIn(bytes: Uint8Array): string | null {
  const message = parseMessage(bytes);
  if (!message.ok) return null;
  const err = message.value.segments.find(({ id }) => id === 'ERR');
  const msa = message.value.segments.find(({ id }) => id === 'MSA');
  if (!err) return msa?.field(3).text() || null;
  const text = (field: number, component = 1): string =>
    err.field(field).component(component).text();
  const where = [text(2, 1), text(2, 2), text(2, 3)].filter((one) => one !== '').join('-');
  const words = text(8) || text(3, 2) || (msa?.field(3).text() ?? '');
  const severity = SEVERITIES[text(4)] ?? 'error';
  return bounded(`${severity}: ${words}${where === '' ? '' : ` (at ${where})`}`);
}

/** An HTTP answer, with what its OperationOutcome says. */
export async function readHttpAnswer(answer: Response): Promise<Answer> {
  const body = await answer.text();
  const location = answer.headers.get('location');
  const receipt = /\/api\/receipts\/([^/]+)$/.exec(location ?? '')?.[1] ?? null;
  return {
    code: String(answer.status),
    accepted: answer.ok,
    told: answer.ok ? null : outcomeIn(body),
    receiptId: receipt,
    place: receipt === null ? location : null,
  };
}

export function outcomeIn(body: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return null;
  }
  const issue = asRecord(asList(asRecord(parsed)?.['issue'])[0]);
  const words = asText(issue?.['diagnostics']) ?? asText(asRecord(issue?.['details'])?.['text']);
  return words === null ? null : bounded(words);
}

/** No answer at all, in words. */
export function noAnswer(error: unknown): Answer {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const told = cause instanceof Error ? bounded(cause.message) : null;
  return { code: 'no answer', accepted: false, told, receiptId: null, place: null };
}

function bounded(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, ' ').slice(0, TOLD_CHARS_MAX);
}
