import type { LeadInput } from '../../core/ecg/ecg.js';
import type { ExtraLeadName, LeadName } from '../../core/ecg/lead.js';
import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import { scanNumbers, type NumberSyntax } from '../numbers.js';
import { microvoltExponent } from '../units.js';
import { sampleRateOf, unitIn } from './facets.js';
import type { LeadRow, Rows } from './rows.js';

export interface LeadSamples {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
  readonly sampleRateHz: number;
}

type AnyRow = LeadRow<LeadName | ExtraLeadName>;

/** The microvolts of each lead that has a row of its own. */
export function samplesOf(message: Message, rows: Rows): Result<LeadSamples> {
  const doubled = doubledIn([...rows.leads, ...rows.extraLeads]);
  if (doubled) return { ok: false, failure: doubled };
  const sampleRateHz = sampleRateOf(rows.leads, rows.facets);
  if (!sampleRateHz.ok) return sampleRateHz;
  const leads: LeadInput[] = [];
  for (const row of rows.leads) {
    const microvolts = microvoltsOf(message, row);
    if (!microvolts.ok) return microvolts;
    const expected = leads[0]?.microvolts.length ?? microvolts.value.length;
    if (microvolts.value.length !== expected) {
      const detail = `lead ${row.name} has ${microvolts.value.length} samples, not ${expected}`;
      return refuse('sample-count-differs', detail, { location: row.obx.place(5) });
    }
    leads.push({ name: row.name, microvolts: microvolts.value });
  }
  const extraLeads = rows.extraLeads.flatMap((row): LeadInput<ExtraLeadName>[] => {
    const rate = sampleRateOf([row], rows.facets);
    const microvolts = microvoltsOf(message, row);
    // A lead beyond the twelve that does not fit them is left out: the twelve are whole without it.
    const fits =
      microvolts.ok &&
      microvolts.value.length === leads[0]?.microvolts.length &&
      (!rate.ok || rate.value === sampleRateHz.value);
    return fits ? [{ name: row.name, microvolts: microvolts.value }] : [];
  });
  return ok({ leads, extraLeads, sampleRateHz: sampleRateHz.value });
}

/** Two ECGs in one message could be mixed up: neither is guessed at. */
function doubledIn(rows: readonly AnyRow[]): Failure | null {
  const seen = new Set<string>();
  for (const { name, obx } of rows) {
    if (seen.has(name)) {
      const detail = `lead ${name} stands twice`;
      return refuse('lead-doubled', detail, { location: obx.place(3) }).failure;
    }
    seen.add(name);
  }
  return null;
}

function microvoltsOf(message: Message, { name, obx }: AnyRow): Result<Float64Array> {
  const exponent = unitIn(obx, microvoltExponent);
  if (exponent === null) {
    return refuse('unit-unknown', `lead ${name} is in no unit of voltage`, {
      location: obx.place(6),
    });
  }
  const field = obx.field(5);
  const syntax: NumberSyntax = {
    separator: message.delimiters.component,
    exponent,
    gapsAllowed: false,
    symbols: NO_SYMBOLS,
  };
  const scanned = scanNumbers(message.bytes, field.start, field.end, syntax);
  if (scanned.ok) return scanned;
  const { code, detail } = scanned.failure;
  return refuse(code, `lead ${name}, ${detail}`, { location: obx.place(5) });
}

export const NO_SYMBOLS: ReadonlyMap<string, number> = new Map();
