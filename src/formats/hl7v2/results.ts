import type { PatientIdentity, WrittenTime } from '../../core/ecg/reading.js';
import { parseMessage, type Message } from '../../wire/hl7v2/message.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import { timeIn } from './envelope.js';
import { subjectOf } from './patient.js';

/** Single values that some other system reports of a patient: a blood test, a vital sign. */
export interface Results {
  readonly patient: PatientIdentity;
  readonly rows: readonly ResultRow[];
}

export interface ResultRow {
  readonly code: string;
  readonly display: string;
  readonly value: number | string;
  readonly unit: string | null;
  readonly at: WrittenTime | null;
  readonly interpretation: string | null;
}

/** More of them in one message are not looked at. */
export const RESULT_ROWS_MAX = 200;
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?$/;
/** Corrected away, or never asked for. */
const GONE = new Set(['D', 'W', 'X', 'N', 'I', 'O']);

/** The rows of a message whose LOINC codes are wanted; null where it names no single patient. */
export function decodeResults(bytes: Uint8Array, wanted: ReadonlySet<string>): Results | null {
  const parsed = parseMessage(bytes);
  if (!parsed.ok || parsed.value.header.component(9, 1) !== 'ORU') return null;
  const message = parsed.value;
  const [pid, second] = message.segments.filter(({ id }) => id === 'PID');
  const patient = pid && !second ? subjectOf(message, pid).identity : null;
  if (patient === null) return null;
  const rows: ResultRow[] = [];
  let obr: Segment | null = null;
  for (const segment of message.segments) {
    if (segment.id === 'OBR') obr = segment;
    if (segment.id !== 'OBX' || rows.length >= RESULT_ROWS_MAX) continue;
    const row = rowOf(message, segment, obr, wanted);
    if (row) rows.push(row);
  }
  return { patient, rows };
}

function rowOf(
  message: Message,
  obx: Segment,
  obr: Segment | null,
  wanted: ReadonlySet<string>,
): ResultRow | null {
  const what = obx.field(3);
  const first = what.component(1).text();
  const code = wanted.has(first) ? first : what.component(4).text();
  if (!wanted.has(code) || GONE.has(obx.field(11).text())) return null;
  const value = valueOf(obx);
  if (value === null) return null;
  const times = [obx.field(14), ...(obr ? [obr.field(7)] : [])];
  return {
    code,
    display: what.component(code === first ? 2 : 5).text() || code,
    value,
    unit: obx.field(6).component(1).text() || null,
    at: times.map((one) => timeIn(message, one.component(1).text())).find(Boolean) ?? null,
    interpretation: obx.field(8).component(1).text() || null,
  };
}

function valueOf(obx: Segment): number | string | null {
  const field = obx.field(5);
  switch (obx.field(2).text()) {
    case 'NM': {
      const text = field.text();
      return NUMBER.test(text) ? Number(text) : text || null;
    }
    case 'SN':
      return [1, 2, 3, 4].map((n) => field.component(n).text()).join('') || null;
    case 'CWE':
    case 'CE':
      return field.component(2).text() || field.component(1).text() || null;
    case 'ST':
    case 'TX':
    case 'FT':
      return field.text() || null;
    default:
      return null;
  }
}
