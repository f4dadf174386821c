import { MERGED_NUMBERS_MAX, type MergeNotice, type Notice } from '../../core/ecg/notice.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import { sameIdentifier } from '../identity.js';
import { timeIn, WITHDRAWN } from './envelope.js';
import { identifierOfEi, identifiersIn, subjectOf } from './patient.js';

/** The merges that are understood: this patient's numbers are one. Of the same content since 2.3.1. */
export const MERGE_EVENT = 'A40';

/** What a message says about ECGs and patients that came before; null where it says nothing. */
export function noticeInMessage(message: Message): Notice | null {
  if (message.header.component(9, 1) !== 'ADT') return withdrawalIn(message);
  if (message.header.component(9, 2) !== MERGE_EVENT) return null;
  const merge = mergeIn(message);
  return merge.ok ? merge.value : null;
}

/** PID-3 goes on; the numbers of MRG-1 end. */
export function mergeIn(message: Message): Result<MergeNotice> {
  const pids = message.segments.filter(({ id }) => id === 'PID');
  const mrgs = message.segments.filter(({ id }) => id === 'MRG');
  const [pid] = pids;
  const [mrg] = mrgs;
  if (!pid || !mrg) {
    return refuse(
      'patient-missing',
      'a merge names the patient that goes on and the one that ends',
    );
  }
  const second = pids[1] ?? mrgs[1];
  if (second) {
    const detail = 'a message that merges several patients is not taken: one message each';
    return refuse('patient-missing', detail, { location: second.place(1) });
  }
  const into = subjectOf(message, pid).identity;
  const from = identifiersIn(message, mrg.field(1)).map(({ identifier }) => identifier);
  if (!into) return refuse('patient-missing', 'no number goes on', { location: pid.place(3) });
  const ended = from.filter((one) => !sameIdentifier(one, into)).slice(0, MERGED_NUMBERS_MAX);
  if (ended.length === 0) {
    return refuse('patient-missing', 'no other number ends', { location: mrg.place(1) });
  }
  return ok({ kind: 'merge', into, from: ended });
}

/** A result that is taken back as a whole: by its order, or by every row of it. */
function withdrawalIn(message: Message): Notice | null {
  const of = (wanted: string): Segment[] => message.segments.filter(({ id }) => id === wanted);
  const [pid, secondPid] = of('PID');
  const [request, secondRequest] = of('OBR');
  // Of two patients, or two orders, nobody can say what is meant.
  if (!pid || !request || secondPid || secondRequest) return null;
  const results = of('OBX').map((obx) => obx.field(11).text().toUpperCase());
  const ofOrder = request.field(25).text().toUpperCase();
  const isWithdrawn =
    ofOrder === ''
      ? results.length > 0 && results.every((status) => WITHDRAWN.has(status))
      : WITHDRAWN.has(ofOrder);
  const patient = subjectOf(message, pid).identity;
  if (!isWithdrawn || !patient) return null;
  return {
    kind: 'withdrawal',
    patient,
    order: identifierOfEi(message, request.field(2)) ?? identifierOfEi(message, request.field(3)),
    acquired: timeIn(message, request.field(7).component(1).text()),
    namesEcg: isEcgOrder(request),
  };
}

const ECG_ORDER = /\b(ECG|EKG|electrocardiogram)\b/i;
const ECG_CODES = new Set(['11524-6', '34534-8', '8601-7', '93000', '93005', '93010']);

/** OBR-4: by a known code, or by its name. */
function isEcgOrder(request: Segment): boolean {
  const what = request.field(4);
  return [1, 2, 4, 5].some((n) => {
    const text = what.component(n).text();
    return ECG_CODES.has(text) || ECG_ORDER.test(text);
  });
}
