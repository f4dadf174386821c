import { MISSING, type LeadInput } from '../../core/ecg/ecg.js';
import type { ExtraLeadName, LeadName } from '../../core/ecg/lead.js';
import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Part, Segment } from '../../wire/hl7v2/segment.js';
import { scanNumbers, timesPowerOfTen } from '../numbers.js';
import { microvoltExponent } from '../units.js';
import { isOwn, sampleRateOf, unitIn } from './facets.js';
import type { Facet, LeadRow, Rows } from './rows.js';

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
    const microvolts = microvoltsOf(message, row, rows.facets);
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
    const microvolts = microvoltsOf(message, row, rows.facets);
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

function microvoltsOf(
  message: Message,
  row: AnyRow,
  facets: readonly Facet[],
): Result<Float64Array> {
  const { name, obx } = row;
  const exponent = unitIn(obx, microvoltExponent);
  const steps = exponent === null ? stepsOf(row, facets) : null;
  if (exponent === null && steps === null) {
    return refuse('unit-unknown', `lead ${name} is in no unit of voltage`, {
      location: obx.place(6),
    });
  }
  const bytes = joinedRepetitions(message, obx.field(5));
  const scanned = scanNumbers(bytes, 0, bytes.length, {
    separator: message.delimiters.component,
    exponent: exponent ?? 0,
    gapsAllowed: false,
    symbols: NO_SYMBOLS,
  });
  if (!scanned.ok) {
    const { code, detail } = scanned.failure;
    return refuse(code, `lead ${name}, ${detail}`, { location: obx.place(5) });
  }
  return steps ? ok(scanned.value.map((step) => stepMicrovolts(step, steps))) : scanned;
}

/** NA goes on behind the sign of a repetition, and some senders write no other sign. */
function joinedRepetitions({ bytes, delimiters }: Message, { start, end }: Part): Uint8Array {
  const field = bytes.subarray(start, end);
  const { component, repetition } = delimiters;
  let at = field.indexOf(repetition);
  if (at < 0) return field;
  // A copy of its own, since a Buffer's slice would be the message itself.
  const joined = new Uint8Array(field);
  for (; at >= 0; at = joined.indexOf(repetition, at + 1)) joined[at] = component;
  return joined;
}

/** What a sample is that is a bare number: microvolts of one step, and the step that is no sample. */
interface Steps {
  readonly microvolts: number;
  readonly missing: number | null;
}

const RESOLUTION = 'MDC_ATTR_NU_MSMT_RES';
const INOPERATIVE = 'MDC_EVT_INOP';
const DIMENSIONLESS = /^(262656|MDC_DIM_DIMLESS|1)?$/;

/**
 * Monitors send the steps of their converter, without a unit, and in a row below them what a step
 * is. Where the samples have a unit that row says how fine they are, and scales nothing.
 */
function stepsOf({ obx, node }: AnyRow, facets: readonly Facet[]): Steps | null {
  const [code, unit] = [1, 2].map((n) => obx.field(6).component(n).text());
  if (!DIMENSIONLESS.test((code === '0' ? unit : code) ?? '')) return null;
  const below = (name: string) =>
    facets.filter((one) => one.name === name && isOwn(one.node, node));
  const [resolution, second] = below(RESOLUTION);
  const exponent = resolution && unitIn(resolution.obx, microvoltExponent);
  if (!resolution || second || exponent === null || exponent === undefined) return null;
  const size = numberIn(resolution.obx);
  const inoperative = below(INOPERATIVE)[0];
  if (size === null || size <= 0) return null;
  return {
    microvolts: timesPowerOfTen(size, exponent),
    missing: inoperative ? numberIn(inoperative.obx) : null,
  };
}

function numberIn(obx: Segment): number | null {
  const text = obx.field(5).component(1).text();
  return /^-?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

function stepMicrovolts(step: number, { microvolts, missing }: Steps): number {
  return step === missing ? MISSING : step * microvolts;
}

export const NO_SYMBOLS: ReadonlyMap<string, number> = new Map();
