import type { ExtraLead, Lead } from '../../core/ecg/ecg.js';
import type { Reading } from '../../core/ecg/reading.js';
import { toHl7Time } from './time.js';
import { headSegments, STATUS, toMessage, type MessageEnvelope } from './write-head.js';
import { measurementRows, statementRows } from './write.js';

const KIND = { type: 'ORU^W01', version: '2.3' };

/** Channels one behind the other, or side by side. */
export type WaveType = 'NA' | 'MA';

/** A reading as the waveform result of version 2.3: one group of rows with all channels. */
export function toOruW01(
  reading: Reading,
  envelope: MessageEnvelope,
  type: WaveType = 'NA',
): Uint8Array {
  const { ecg, acquired, status } = reading;
  const channels = [...ecg.leads, ...ecg.extraLeads].filter(({ origin }) => origin === 'recorded');
  const row = (valueType: string, suffix: string, value: string): string =>
    `${valueType}|93000&${suffix}^EKG|1|${value}||||||${STATUS[status][0]}`;
  const rows = [
    ...(acquired ? [row('TS', 'TIM', toHl7Time(acquired))] : []),
    row('CD', 'CHN', definitions(channels, ecg.sampleRateHz)),
    row(type, 'WAV', type === 'NA' ? blocks(channels) : multiplexed(channels)),
    ...measurementRows(reading),
    ...statementRows(reading),
  ];
  return toMessage(headSegments(reading, envelope, KIND), rows);
}

/** The first channel says what all have: whole microvolts at one rate. */
function definitions(channels: readonly (Lead | ExtraLead)[], sampleRateHz: number): string {
  return channels
    .map(({ name }, index) => {
      const definition = `${index + 1}&${name}^${name}`;
      return index === 0 ? `${definition}^1&uv^1&0&0^${sampleRateHz}^-32767&32767` : definition;
    })
    .join('~');
}

function blocks(channels: readonly (Lead | ExtraLead)[]): string {
  return channels
    .map((lead) => Array.from(lead.samples, (_, i) => sampleAt(lead, i)).join('^'))
    .join('~');
}

function multiplexed(channels: readonly (Lead | ExtraLead)[]): string {
  const moments = channels[0]?.samples.length ?? 0;
  return Array.from({ length: moments }, (_, i) =>
    channels.map((lead) => sampleAt(lead, i)).join('^'),
  ).join('~');
}

/** A missing sample is empty, as HL7 writes what is not there. */
function sampleAt({ samples, from, to }: Lead | ExtraLead, index: number): string {
  return index < from || index >= to ? '' : `${samples[index] as number}`;
}
