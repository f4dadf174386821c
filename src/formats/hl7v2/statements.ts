import type { Segment } from '../../wire/hl7v2/segment.js';

/** LOINC: EKG impression, EKG study observation narrative. */
const STATEMENT_CODES = new Set(['8601-7', '18844-1']);
const STATEMENT_CHARS_MAX = 500;
/** A longer text is a document (some senders put files into FT), not a statement. */
const STATEMENT_BYTES_MAX = 20_000;

/** What a row says in words: any text beside an ECG, and what is coded as its interpretation. */
export function statementsIn(obx: Segment, name: string): string[] {
  const type = obx.field(2).text();
  const isText = type === 'TX' || type === 'FT';
  if (!isText && !STATEMENT_CODES.has(name) && !/INTERPRETATION/.test(name)) return [];
  const value = obx.field(5);
  if (value.end - value.start > STATEMENT_BYTES_MAX) return [];
  const isCoded = /^C[EWN]/.test(type);
  return value
    .repetitions()
    .map((one) =>
      one
        .component(isCoded ? 2 : 1)
        .text()
        .slice(0, STATEMENT_CHARS_MAX),
    )
    .filter((text) => text !== '');
}
