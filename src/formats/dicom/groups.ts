import type { ExtraLeadName, LeadName } from '../../core/ecg/lead.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import { SAMPLES_MAX } from '../numbers.js';
import { channelFilters, channelLead, channelScale, type Filters } from './channel.js';
import type { DataSet } from './data-set.js';
import {
  channelMicrovolts,
  interpretationOf,
  layoutBytes,
  readSample,
  type Interpretation,
  type SampleLayout,
} from './samples.js';
import { TAG } from './tags.js';
import { itemsOf, numberOf, textOf, unsignedOf } from './values.js';

/** One lead as one multiplex group has it. */
export interface Segment {
  readonly name: LeadName | ExtraLeadName;
  readonly microvolts: Int16Array;
  readonly sampleRateHz: number;
  /** Number of the group, and when it began; null where it does not say. */
  readonly group: number;
  readonly groupOffsetMs: number | null;
  /** By how many samples the channel begins after its group. */
  readonly skewSamples: number;
  readonly filters: Filters | null;
}

const GROUPS_MAX = 64;
const CHANNELS_MAX = 128;

/** Beats that were averaged over the recording are no recording. */
function isRhythm(group: DataSet): boolean {
  const label = textOf(group, TAG.groupLabel).toUpperCase();
  return (
    textOf(group, TAG.originality).toUpperCase() !== 'DERIVED' &&
    !/MEDIAN|BEAT|AVERAGE|TEMPLATE/.test(label)
  );
}

/** The leads of all groups that were recorded, as they stand in the file. */
export function segmentsOf(set: DataSet): Result<readonly Segment[]> {
  const groups = itemsOf(set, TAG.waveforms);
  if (groups.length === 0) return refuse('no-ecg', 'the DICOM object holds no waveform');
  if (groups.length > GROUPS_MAX) {
    return refuse('encoding-broken', `more than ${GROUPS_MAX} waveform groups`);
  }
  const segments: Segment[] = [];
  for (const [index, group] of groups.entries()) {
    if (!isRhythm(group)) continue;
    const read = segmentsOfGroup(group, index);
    if (!read.ok) return read;
    segments.push(...read.value);
  }
  if (segments.length > 0) return ok(segments);
  return groups.some(isRhythm)
    ? refuse('lead-unknown', 'no channel says that it is one of the twelve leads')
    : refuse('no-ecg', 'all waveforms of the DICOM object are derived, none is a recording');
}

function segmentsOfGroup(group: DataSet, index: number): Result<Segment[]> {
  const channels = itemsOf(group, TAG.channels);
  const place = `WaveformSequence[${index}]`;
  if (channels.length > CHANNELS_MAX) {
    return refuse('encoding-broken', `more than ${CHANNELS_MAX} channels`, { location: place });
  }
  const leads = channels.map(channelLead);
  if (!leads.some(isOurs)) return ok([]);
  const layout = layoutOf(group, channels.length, place);
  if (!layout.ok) return layout;
  const sampleRateHz = numberOf(group, TAG.samplingFrequency);
  if (sampleRateHz === null || sampleRateHz <= 0) {
    return refuse('sample-rate-invalid', 'the group has no sampling frequency', {
      location: place,
    });
  }
  const segments: Segment[] = [];
  for (const [number, channel] of channels.entries()) {
    const name = leads[number] ?? null;
    if (!isOurs(name)) continue;
    const where = `${place}.ChannelDefinitionSequence[${number}]`;
    const scale = channelScale(channel, where);
    if (!scale.ok) return scale;
    const bitsStored = unsignedOf(channel, TAG.bitsStored) ?? 32;
    const read = channelMicrovolts(layout.value, number, scale.value, bitsStored, where);
    if (!read.ok) return read;
    segments.push({
      name,
      microvolts: read.value,
      sampleRateHz,
      group: index,
      groupOffsetMs: numberOf(group, TAG.groupTimeOffset),
      skewSamples:
        (numberOf(channel, TAG.timeSkew) ?? 0) * sampleRateHz +
        (numberOf(channel, TAG.sampleSkew) ?? 0),
      filters: channelFilters(channel),
    });
  }
  return ok(segments);
}

function isOurs(lead: ReturnType<typeof channelLead>): lead is LeadName | ExtraLeadName {
  return lead !== null && lead !== 'other';
}

function layoutOf(group: DataSet, channels: number, place: string): Result<SampleLayout> {
  const broken = (why: string): Result<SampleLayout> =>
    refuse('encoding-broken', why, { location: place });
  const name = textOf(group, TAG.interpretation).toUpperCase();
  const interpretation = interpretationOf(name, unsignedOf(group, TAG.bitsAllocated));
  if (!interpretation) {
    return refuse('encoding-unknown', 'the sample interpretation is not read here', {
      location: `${place}.WaveformSampleInterpretation`,
    });
  }
  const channelCount = unsignedOf(group, TAG.channelCount);
  if (channelCount !== channels) return broken('the number of channels is not that of its list');
  const sampleCount = unsignedOf(group, TAG.sampleCount);
  if (sampleCount === null || sampleCount === 0 || sampleCount > SAMPLES_MAX) {
    return broken('the number of samples is missing or beyond all bounds');
  }
  const data = group.elements.get(TAG.waveformData);
  if (!data) return broken('the group holds no waveform data');
  const bytes = group.bytes.subarray(data.from, data.to);
  const { littleEndian } = group;
  const layout = { bytes, littleEndian, interpretation, channelCount, sampleCount, padding: null };
  if (layoutBytes(layout) > bytes.length) return broken('the waveform data end too early');
  // Bytes in words of the other order stand in pairs that are turned round.
  if (interpretation.bytes === 1 && !littleEndian) {
    return refuse('encoding-unknown', 'samples of 8 bits in big-endian words', { location: place });
  }
  return ok({ ...layout, padding: paddingOf(group, interpretation) });
}

function paddingOf(group: DataSet, interpretation: Interpretation): number | null {
  const element = group.elements.get(TAG.padding);
  if (!element || element.to - element.from < interpretation.bytes) return null;
  const view = new DataView(group.bytes.buffer, group.bytes.byteOffset, group.bytes.byteLength);
  return readSample(view, element.from, group.littleEndian, interpretation);
}
