import {
  parseExtraLead,
  parseLead,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Part, Segment } from '../../wire/hl7v2/segment.js';
import { timesPowerOfTen } from '../numbers.js';
import { microvoltExponent } from '../units.js';

/** More channels than this are not an ECG cart's. */
export const CHANNELS_MAX = 64;

/** A channel definition (CD) as it is written, empty where it leaves a part out. */
export interface Definition {
  readonly obx: Segment;
  readonly names: readonly string[];
  readonly parts: Readonly<Record<PartName, string>>;
}

/** The parts that a channel may leave to another; sensitivity and its unit are one. */
const PART_NAMES = ['sensitivity', 'correction', 'baseline', 'rate'] as const;
type PartName = (typeof PART_NAMES)[number];

/** A channel with everything it takes to make microvolts of its samples. */
export interface Channel {
  readonly obx: Segment;
  readonly lead: LeadName | null;
  readonly extraLead: ExtraLeadName | null;
  /** Of one step of a sample, negative where the channel is upside down. */
  readonly microvolts: number;
  /** The sample that stands for no voltage. */
  readonly baseline: number;
  readonly sampleRateHz: number;
}

const BETWEEN = '\u0000';

/** The channels that one row defines, each in a repetition of its own. */
export function definitionsIn(obx: Segment): Definition[] {
  return obx
    .field(5)
    .repetitions()
    .map((cd) => {
      const [identifier, source, sensitivity, calibration] = [1, 2, 3, 4].map((n) =>
        cd.component(n),
      ) as [Part, Part, Part, Part];
      const units = [2, 3, 5].map((n) => sensitivity.subcomponent(n).text());
      const step = sensitivity.subcomponent(1).text();
      return {
        obx,
        names: [source.subcomponent(1).text(), identifier.subcomponent(2).text()],
        parts: {
          sensitivity: step === '' ? '' : [step, ...units].join(BETWEEN),
          correction: calibration.subcomponent(1).text(),
          baseline: calibration.subcomponent(2).text(),
          // The time skew behind it is less than a sample, and the range of the converter says
          // nothing that the samples do not.
          rate: cd.component(5).text(),
        },
      };
    });
}

/**
 * What a channel leaves out it has from the first channel of the message. Chapter 7 lets it have it
 * from the last one before it in the same row that said it: where that is something else, the scale
 * of a lead would be a guess, and the message is refused.
 */
export function inherited(definitions: readonly Definition[]): Result<readonly Definition[]> {
  const first = definitions[0];
  const last: Partial<Record<PartName, { readonly obx: Segment; readonly value: string }>> = {};
  const complete: Definition[] = [];
  for (const definition of definitions) {
    const parts = { ...definition.parts };
    for (const name of PART_NAMES) {
      if (parts[name] !== '') {
        last[name] = { obx: definition.obx, value: parts[name] };
        continue;
      }
      const ofFirst = first?.parts[name] ?? '';
      const before = last[name]?.obx === definition.obx ? last[name].value : undefined;
      if (before !== undefined && ofFirst !== '' && before !== ofFirst) {
        const detail = `of two channels it is not clear which gives this one its ${name}`;
        return refuse('encoding-broken', detail, { location: definition.obx.place(5) });
      }
      parts[name] = before ?? ofFirst;
    }
    complete.push({ ...definition, parts });
  }
  return ok(complete);
}

/** A channel of an ECG lead, checked; of any other channel only that it is one. */
export function channelOf({ obx, names, parts }: Definition): Result<Channel | null> {
  const known = [...new Set(names.map(leadNamed).filter((name) => name !== null))];
  if (known.length > 1) {
    return refuse('lead-unknown', 'the name and the source of a channel are two leads', {
      location: obx.place(5),
    });
  }
  const name = known[0];
  if (name === undefined) return ok(null);
  const [step = '', ...units] = parts.sensitivity.split(BETWEEN);
  const exponent = exponentOf(units);
  if (exponent === null) {
    return refuse('unit-unknown', `lead ${name} has no sensitivity in a unit of voltage`, {
      location: obx.place(5),
    });
  }
  const correction = numberOf(parts.correction, 1);
  const microvolts = timesPowerOfTen(numberOf(step, NaN), exponent) * correction;
  const baseline = numberOf(parts.baseline, 0);
  if (microvolts === 0 || !Number.isFinite(microvolts) || !Number.isFinite(baseline)) {
    const detail = `the sensitivity or calibration of lead ${name} is no number, or zero`;
    return refuse('encoding-broken', detail, { location: obx.place(5) });
  }
  const sampleRateHz = numberOf(parts.rate, NaN);
  if (!(sampleRateHz > 0)) {
    return refuse('sample-rate-invalid', `lead ${name} has no sampling frequency above zero`, {
      location: obx.place(5),
    });
  }
  const [lead, extraLead] = [parseLead(name), parseExtraLead(name)];
  return ok({ obx, lead, extraLead, microvolts, baseline, sampleRateHz });
}

const leadNamed = (name: string): string | null => parseLead(name) ?? parseExtraLead(name);

/** A code of MDC is taken at its word, else the first spelling that is a unit of voltage. */
function exponentOf(units: readonly string[]): number | null {
  for (const unit of units) {
    const exponent = microvoltExponent(unit);
    if (exponent !== null || /^\d{6}$/.test(unit)) return exponent;
  }
  return null;
}

const NUMBER_CHARS_MAX = 40;

function numberOf(text: string, absent: number): number {
  if (text === '') return absent;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$/.test(text);
  return isNumber && text.length <= NUMBER_CHARS_MAX ? Number(text) : NaN;
}
