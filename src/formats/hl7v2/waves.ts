import { createEcg, type LeadInput } from '../../core/ecg/ecg.js';
import type { ExtraLeadName } from '../../core/ecg/lead.js';
import type { Reading } from '../../core/ecg/reading.js';
import { ok, refuse, type Failure, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import { readingIn } from '../envelope.js';
import type { Channel } from './channels.js';
import { envelopeOf } from './envelope.js';
import { deviceOf, filtersOf } from './facets.js';
import { groupsOf, startOf, type Group } from './groups.js';
import type { Rows } from './rows.js';
import { samplesOfGroup } from './wave-samples.js';

export const WAVE_FORMAT = 'hl7v2-w01';

/**
 * The waveform result of version 2.3, chapter 7: rows that define channels (CHN), tell when they
 * begin (TIM), carry samples (WAV) and notes (ANO), held together by OBX-4. One group may carry all
 * channels, or one each. microvolts = (sample - baseline) * sensitivity * correction.
 */
export function decodeWaves(message: Message, rows: Rows): Result<Reading> {
  const groups = groupsOf(message, rows.waves);
  if (!groups.ok) return groups;
  const carrying = groups.value.filter(({ channels }) => channels.some((one) => one !== null));
  if (carrying.length === 0) return refuseUnnamed(groups.value);
  const start = startOf(carrying);
  if (!start.ok) return start;
  const tracks = tracksOf(message, carrying);
  if (!tracks.ok) return tracks;
  const { leads, extraLeads, sampleRateHz } = tracks.value;
  const wavs = carrying.flatMap(({ pieces }) => pieces.map(({ obx }) => obx));
  const around = envelopeOf(message, rows, wavs, start.value);
  const envelope = { ...around, statements: [...around.statements, ...notesIn(rows)] };
  const ecg = createEcg({
    leads,
    extraLeads,
    sampleRateHz,
    patient: { ageYears: null, sex: envelope.subject.sex },
    device: deviceOf(rows),
    filters: filtersOf(rows),
  });
  return ecg.ok ? ok(readingIn(envelope, WAVE_FORMAT, ecg.value)) : placed(ecg.failure, carrying);
}

/** Says at which row a fault of a lead stands, where the failure names the lead. */
function placed({ code, detail }: Failure, groups: readonly Group[]): Result<Reading> {
  const name = /^lead (\S+?),? /.exec(detail)?.[1];
  const group = groups.find(({ channels }) =>
    channels.some((one) => name !== undefined && (one?.lead ?? one?.extraLead) === name),
  );
  const obx = group?.pieces[0]?.obx;
  return refuse(code, detail, obx ? { location: obx.place(5) } : {});
}

/** What ANO rows say, each note once: the same mark may stand at every beat. */
function notesIn({ waves }: Rows): string[] {
  const notes = new Set<string>();
  for (const { kind, obx } of waves) {
    if (kind !== 'ANO') continue;
    for (const one of obx.field(5).repetitions()) {
      const note = one.component(2).text() || one.component(1).text();
      if (note !== '' && notes.size < NOTES_MAX) notes.add(note.slice(0, NOTE_CHARS_MAX));
    }
  }
  return [...notes];
}

const NOTES_MAX = 50;
const NOTE_CHARS_MAX = 500;

function refuseUnnamed(groups: readonly Group[]): Result<Reading> {
  const obx = groups[0]?.definedBy;
  return refuse('lead-unknown', 'no channel says which of the twelve leads it is', {
    ...(obx ? { location: obx.place(5) } : {}),
  });
}

interface Tracks {
  readonly leads: readonly LeadInput[];
  readonly extraLeads: readonly LeadInput<ExtraLeadName>[];
  readonly sampleRateHz: number;
}

function tracksOf(message: Message, groups: readonly Group[]): Result<Tracks> {
  const leads: LeadInput[] = [];
  const extraLeads: LeadInput<ExtraLeadName>[] = [];
  const rates = new Set<number>();
  const seen = new Set<string>();
  for (const group of groups) {
    const samples = samplesOfGroup(message, group);
    if (!samples.ok) return samples;
    for (const [index, channel] of group.channels.entries()) {
      if (channel === null) continue;
      const name = channel.lead ?? channel.extraLead ?? '';
      const place = { location: channel.obx.place(5) };
      if (seen.has(name)) return refuse('lead-doubled', `lead ${name} stands twice`, place);
      seen.add(name);
      rates.add(channel.sampleRateHz);
      if (rates.size > 1) {
        return refuse('sample-rate-invalid', 'the channels have different sample rates', place);
      }
      const microvolts = scaledBy(channel, samples.value[index] ?? new Float64Array(0));
      const expected = (leads[0] ?? extraLeads[0])?.microvolts.length ?? microvolts.length;
      if (microvolts.length !== expected) {
        const detail = `lead ${name} has ${microvolts.length} samples, not ${expected}`;
        const obx = group.pieces[0]?.obx ?? channel.obx;
        return refuse('sample-count-differs', detail, { location: obx.place(5) });
      }
      if (channel.lead) leads.push({ name: channel.lead, microvolts });
      if (channel.extraLead) extraLeads.push({ name: channel.extraLead, microvolts });
    }
  }
  return ok({ leads, extraLeads, sampleRateHz: [...rates][0] ?? 0 });
}

function scaledBy({ microvolts, baseline }: Channel, samples: Float64Array): Float64Array {
  if (microvolts === 1 && baseline === 0) return samples;
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] = ((samples[i] as number) - baseline) * microvolts;
  }
  return samples;
}
