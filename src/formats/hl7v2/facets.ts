import type { AcquisitionFilters, EcgDevice } from '../../core/ecg/ecg.js';
import type { ExtraLeadName, LeadName } from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import { timesPowerOfTen } from '../numbers.js';
import { rateOfPeriod } from '../rate.js';
import { hertzExponent, secondExponent } from '../units.js';
import type { Facet, LeadRow, Rows } from './rows.js';

const RATE = 'MDC_ATTR_SAMP_RATE';
const PERIOD = 'MDC_ATTR_TIME_PD_SAMP';

/** The one sample rate of all these leads. */
export function sampleRateOf(
  leads: readonly LeadRow<LeadName | ExtraLeadName>[],
  facets: readonly Facet[],
): Result<number> {
  let rateHz: number | null = null;
  for (const lead of leads) {
    const facet = rateFacetOf(lead.node, facets);
    if (!facet) {
      return refuse('sample-rate-invalid', `lead ${lead.name} has no sample rate`, {
        location: lead.obx.place(4),
      });
    }
    const rate = rateIn(facet);
    if (!rate.ok) return rate;
    if (rateHz !== null && rate.value !== rateHz) {
      return refuse('sample-rate-invalid', 'the leads have different sample rates', {
        location: facet.obx.place(5),
      });
    }
    rateHz = rate.value;
  }
  return rateHz === null ? refuse('sample-rate-invalid', 'no sample rate is given') : ok(rateHz);
}

/** The lead's own facet, else that of the nearest node above it, else the only one of the message. */
function rateFacetOf(leadNode: string, facets: readonly Facet[]): Facet | null {
  const rates = facets.filter(({ name }) => name === RATE || name === PERIOD);
  const own = rates.find(({ node }) => isOwn(node, leadNode));
  if (own) return own;
  let nearest: Facet | null = null;
  let depth = 0;
  for (const facet of rates) {
    const parent = parentOf(facet.node).replace(/(\.0)+$/, '');
    if (parent.length <= depth || !`${leadNode}.`.startsWith(`${parent}.`)) continue;
    nearest = facet;
    depth = parent.length;
  }
  return nearest ?? (rates.length === 1 ? (rates[0] ?? null) : null);
}

/** One number more than the lead's OBX-4; some senders repeat it as it is. */
export function isOwn(node: string, leadNode: string): boolean {
  return leadNode !== '' && (parentOf(node) === leadNode || node === leadNode);
}

function parentOf(node: string): string {
  const dot = node.lastIndexOf('.');
  return dot < 0 ? '' : node.slice(0, dot);
}

function rateIn({ name, obx }: Facet): Result<number> {
  const period = name === PERIOD;
  // A rate is per second by its name; a period says nothing without its unit.
  const assumed = obx.field(6).empty && !period ? 0 : null;
  const exponent = unitIn(obx, period ? secondExponent : hertzExponent) ?? assumed;
  if (exponent === null) {
    return refuse('unit-unknown', 'the unit of the sample rate is not known', {
      location: obx.place(6),
    });
  }
  const text = obx.field(5).component(1).text();
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? timesPowerOfTen(Number(text), exponent) : 0;
  if (value <= 0) {
    return refuse('sample-rate-invalid', 'the sample rate is not a number above zero', {
      location: obx.place(5),
    });
  }
  return ok(period ? rateOfPeriod(value) : value);
}

/**
 * OBX-6 in a table of units. A code is taken at its word; where there is none (IHE writes 0), the
 * name beside it counts, and then the alternate.
 */
export function unitIn(obx: Segment, exponentOf: (unit: string) => number | null): number | null {
  const unit = obx.field(6);
  const code = unit.component(1).text();
  if (/^\d{6}$/.test(code)) return exponentOf(code);
  for (const n of [1, 2, 4, 5]) {
    const exponent = exponentOf(unit.component(n).text());
    if (exponent !== null) return exponent;
  }
  return null;
}

/** Rows of the device's description, where the sender gives one. */
export function deviceOf(rows: Rows): EcgDevice | null {
  const manufacturer = textOf(rows, /^MDC_ID_MODEL_MANUFACTURER$/);
  const model = textOf(rows, /^MDC_ID_MODEL_NUMBER$/);
  const serialNumber = textOf(rows, /^MDC_ID_PROD_SPEC_SERIAL$/);
  if (manufacturer === null && model === null && serialNumber === null) return null;
  return { manufacturer, model, serialNumber };
}

export function filtersOf(rows: Rows): AcquisitionFilters | null {
  const highPassHz = numberOf(rows, /^MDC_ECG_CTL_VBL_ATTR_FILT_HIGH_PASS$/);
  const lowPassHz = numberOf(rows, /^MDC_ECG_CTL_VBL_ATTR_FILT_LOW_PASS$/);
  const notchHz = numberOf(rows, /^MDC_ECG_CTL_VBL_ATTR_FILT_NOTCH$/);
  if (highPassHz === null && lowPassHz === null && notchHz === null) return null;
  return { highPassHz, lowPassHz, notchHz };
}

const DEVICE_CHARS_MAX = 100;

function textOf(rows: Rows, name: RegExp): string | null {
  const facet = rows.facets.find((one) => name.test(one.name));
  return facet?.obx.field(5).component(1).text().slice(0, DEVICE_CHARS_MAX) || null;
}

function numberOf(rows: Rows, name: RegExp): number | null {
  const facet = rows.facets.find((one) => name.test(one.name));
  const text = facet?.obx.field(5).component(1).text() ?? '';
  return /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
}
