import type { Lead } from '../../core/ecg/ecg.js';
import { MDC_LEAD_CODES } from '../../core/ecg/lead.js';
import type { Identifier, Reading } from '../../core/ecg/reading.js';
import { escapeText } from '../../wire/hl7v2/text.js';
import { toHl7Time } from './time.js';

export interface OruEnvelope {
  /** MSH-10. */
  readonly controlId: string;
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly receivingApplication: string;
  readonly receivingFacility: string;
  /** MSH-7, as HL7 writes a time. */
  readonly sentAt: string;
  /** 2.6 where not given. */
  readonly version?: string;
  /** MSH-11; production where not given. */
  readonly processingId?: 'P' | 'T' | 'D';
  readonly acceptAck?: string;
  readonly applicationAck?: string;
  readonly amplitudeUnit?: 'millivolt' | 'microvolt';
}

const STATUS: Readonly<Record<Reading['status'], readonly [obx: string, obr: string]>> = {
  preliminary: ['R', 'P'],
  final: ['F', 'F'],
  corrected: ['C', 'C'],
  withdrawn: ['W', 'F'],
};

const PROFILE = 'IHE_PCD_ORU_R01^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO';

/** A reading as the ORU that `decodeOru` reads: one OBX for each lead that was recorded. */
export function toOru(reading: Reading, envelope: OruEnvelope): Uint8Array {
  const segments = [
    msh(envelope),
    pid(reading),
    pv1(reading),
    obr(reading),
    ...obx(reading, envelope),
  ];
  return new TextEncoder().encode(segments.map((segment) => `${segment}\r`).join(''));
}

function msh(envelope: OruEnvelope): string {
  return [
    'MSH|^~\\&',
    escapeText(envelope.sendingApplication),
    escapeText(envelope.sendingFacility),
    escapeText(envelope.receivingApplication),
    escapeText(envelope.receivingFacility),
    envelope.sentAt,
    '',
    'ORU^R01^ORU_R01',
    escapeText(envelope.controlId),
    envelope.processingId ?? 'P',
    envelope.version ?? '2.6',
    '',
    '',
    envelope.acceptAck ?? '',
    envelope.applicationAck ?? '',
    '',
    'UNICODE UTF-8',
    '',
    '',
    PROFILE,
  ].join('|');
}

function pid({ patient, birthDate, ecg }: Reading): string {
  const identifiers = patient ? [`${cx(patient)}^MR`, ...patient.others.map(cx)].join('~') : '';
  const name = patient?.name
    ? `${escapeText(patient.name.family)}^${escapeText(patient.name.given)}`
    : '';
  const sex = ecg.patient.sex === null ? '' : { male: 'M', female: 'F' }[ecg.patient.sex];
  return `PID|||${identifiers}||${name}||${(birthDate ?? '').replace(/-/g, '')}|${sex}`;
}

function pv1({ encounter }: Reading): string {
  return `PV1||E${'|'.repeat(17)}${encounter ? cx(encounter) : ''}`;
}

function obr({ order, acquired, status }: Reading): string {
  const placer = order ? ei(order) : '';
  const time = acquired ? toHl7Time(acquired) : '';
  const fields = ['OBR', '1', placer, '', '131328^MDC_ECG_ELEC_POTL^MDC', '', '', time];
  return `${fields.join('|')}${'|'.repeat(18)}${STATUS[status][1]}`;
}

function obx({ ecg, status, acquired }: Reading, envelope: OruEnvelope): string[] {
  const recorded = ecg.leads.filter(({ origin }) => origin === 'recorded');
  const time = acquired ? toHl7Time(acquired) : '';
  const rows = [
    '|69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X',
    ...recorded.flatMap((lead, index) => {
      const node = `1.1.1.${1001 + index}`;
      const code = `${MDC_LEAD_CODES[lead.name]}^MDC_ECG_LEAD_${lead.name}^MDC`;
      const [samples, unit] = samplesOf(lead, envelope.amplitudeUnit ?? 'microvolt');
      return [
        `NA|${code}|${node}|${samples}|${unit}|||||${STATUS[status][0]}|||${time}`,
        `NM|0^MDC_ATTR_SAMP_RATE^MDC|${node}.1|${ecg.sampleRateHz}|264608^MDC_DIM_PER_SEC^MDC|||||R`,
      ];
    }),
  ];
  return rows.map((row, index) => `OBX|${index + 1}|${row}`);
}

/** A missing sample is an empty component, as HL7 writes what is not there. */
function samplesOf({ samples, from, to }: Lead, unit: 'millivolt' | 'microvolt'): [string, string] {
  const texts = Array.from(samples, (value, i) => {
    if (i < from || i >= to) return '';
    return unit === 'microvolt' ? `${value}` : `${value / 1000}`;
  });
  return unit === 'microvolt'
    ? [texts.join('^'), '266419^MDC_DIM_MICRO_VOLT^MDC']
    : [texts.join('^'), '266418^MDC_DIM_MILLI_VOLT^MDC'];
}

/** CX: the authority as an HD inside the fourth component. */
function cx({ authority, value }: Identifier): string {
  return `${escapeText(value)}^^^${hd(authority, '&')}`;
}

function ei({ authority, value }: Identifier): string {
  return `${escapeText(value)}^${hd(authority, '^')}`;
}

function hd(authority: string, separator: string): string {
  const oid = /^urn:oid:(.+)$/.exec(authority)?.[1];
  if (oid !== undefined) return ['', escapeText(oid), 'ISO'].join(separator);
  const uuid = /^urn:uuid:(.+)$/.exec(authority)?.[1];
  if (uuid !== undefined) return ['', escapeText(uuid), 'UUID'].join(separator);
  const uri = /^[a-z][a-z0-9+.-]*:/i.test(authority);
  return uri ? ['', escapeText(authority), 'URI'].join(separator) : escapeText(authority);
}
