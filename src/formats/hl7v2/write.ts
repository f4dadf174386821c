import type { ExtraLead, Lead } from '../../core/ecg/ecg.js';
import { MDC_EXTRA_LEAD_CODES, MDC_LEAD_CODES } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { escapeText } from '../../wire/hl7v2/text.js';
import { MEASURE_NAMES, MEASURES, UNITS } from '../measures.js';
import { toHl7Time } from './time.js';
import { headSegments, STATUS, toMessage, type MessageEnvelope } from './write-head.js';

const KIND = {
  type: 'ORU^R01^ORU_R01',
  version: '2.6',
  profile: 'IHE_PCD_ORU_R01^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO',
};

type Unit = 'millivolt' | 'microvolt';

export interface OruEnvelope extends MessageEnvelope {
  readonly amplitudeUnit?: Unit;
}

/** A reading as the ORU that `decodeOru` reads: one OBX for each lead that was recorded. */
export function toOru(reading: Reading, envelope: OruEnvelope): Uint8Array {
  const { ecg } = reading;
  const unit = envelope.amplitudeUnit ?? 'microvolt';
  const recorded = [
    ...ecg.leads.map((lead) => ({ lead, code: MDC_LEAD_CODES[lead.name] })),
    ...ecg.extraLeads.map((lead) => ({ lead, code: MDC_EXTRA_LEAD_CODES[lead.name] })),
  ].filter(({ lead }) => lead.origin === 'recorded');
  const rows = [
    '|69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X',
    ...recorded.flatMap(({ lead, code }, index) => leadRows(reading, unit, lead, code, index)),
    ...measurementRows(reading),
    ...statementRows(reading),
  ];
  return toMessage(headSegments(reading, envelope, KIND), rows);
}

function leadRows(
  { ecg, status, acquired }: Reading,
  amplitudeUnit: Unit,
  lead: Lead | ExtraLead,
  code: number,
  index: number,
): string[] {
  const node = `1.1.1.${1001 + index}`;
  const time = acquired ? toHl7Time(acquired) : '';
  const what = `${code}^MDC_ECG_LEAD_${lead.name}^MDC`;
  const [samples, unit] = samplesOf(lead, amplitudeUnit);
  return [
    `NA|${what}|${node}|${samples}|${unit}|||||${STATUS[status][0]}|||${time}`,
    `NM|0^MDC_ATTR_SAMP_RATE^MDC|${node}.1|${ecg.sampleRateHz}|264608^MDC_DIM_PER_SEC^MDC|||||R`,
  ];
}

/** A missing sample is an empty component, as HL7 writes what is not there. */
function samplesOf({ samples, from, to }: Lead | ExtraLead, unit: Unit): [string, string] {
  const texts = Array.from(samples, (value, i) => {
    if (i < from || i >= to) return '';
    return unit === 'microvolt' ? `${value}` : `${value / 1000}`;
  });
  return unit === 'microvolt'
    ? [texts.join('^'), '266419^MDC_DIM_MICRO_VOLT^MDC']
    : [texts.join('^'), '266418^MDC_DIM_MILLI_VOLT^MDC'];
}

/** The recorder's own figures, under the codes of MDC. */
export function measurementRows({ vendorMeasurements, status }: Reading): string[] {
  if (!vendorMeasurements) return [];
  return MEASURE_NAMES.flatMap((measure, index) => {
    const value = vendorMeasurements[measure];
    if (value === null) return [];
    const { mdc, name, unit } = MEASURES[measure];
    const what = `${mdc[0]}^${name}^MDC|1.2.1.${index + 1}`;
    return [`NM|${what}|${value}|${UNITS[unit].mdc}|||||${STATUS[status][0]}`];
  });
}

/** What the recorder said in words, all in one row. */
export function statementRows({ vendorStatements, status }: Reading): string[] {
  if (vendorStatements.length === 0) return [];
  const texts = vendorStatements.map((statement) => escapeText(statement)).join('~');
  return [`TX|8601-7^EKG impression^LN||${texts}||||||${STATUS[status][0]}`];
}
