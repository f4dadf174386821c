import type { WrittenTime } from '../../core/ecg/reading.js';
import { ok, refuse, type Result } from '../../core/failure.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Segment } from '../../wire/hl7v2/segment.js';
import {
  CHANNELS_MAX,
  channelOf,
  definitionsIn,
  inherited,
  type Channel,
  type Definition,
} from './channels.js';
import { timeIn } from './envelope.js';
import type { WaveRow } from './rows.js';

/** Channels that share their waveform rows; null for one that carries no ECG lead. */
export interface Group {
  readonly channels: readonly (Channel | null)[];
  readonly definedBy: Segment;
  readonly pieces: readonly Piece[];
}

/** One WAV row, and the time of its first sample where a TIM row before it tells. */
export interface Piece {
  readonly obx: Segment;
  readonly time: WrittenTime | null;
}

interface OpenGroup {
  readonly definedBy: Segment;
  readonly definitions: Definition[];
  readonly pieces: Piece[];
}

/** Rows of one OBX-4 are a group; a definition behind samples begins the next. */
export function groupsOf(message: Message, rows: readonly WaveRow[]): Result<readonly Group[]> {
  const groups: OpenGroup[] = [];
  const current = new Map<string, OpenGroup>();
  const times = new Map<string, WrittenTime | null>();
  let channelCount = 0;
  for (const { kind, group: key, obx } of rows) {
    const group = current.get(key);
    if (kind === 'TIM') {
      times.set(key, timeIn(message, obx.field(5).component(1).text()));
    } else if (kind === 'CHN') {
      const definitions = definitionsIn(obx);
      channelCount += definitions.length;
      if (channelCount > CHANNELS_MAX) {
        const detail = `more than ${CHANNELS_MAX} channels`;
        return refuse('encoding-broken', detail, { location: obx.place(5) });
      }
      if (group?.pieces.length === 0) {
        group.definitions.push(...definitions);
      } else {
        const begun = { definedBy: obx, definitions, pieces: [] };
        groups.push(begun);
        current.set(key, begun);
      }
    } else if (kind === 'WAV') {
      if (!group) {
        return refuse('encoding-unknown', 'the samples stand without a definition of channels', {
          location: obx.place(3),
        });
      }
      group.pieces.push({ obx, time: times.get(key) ?? null });
      times.delete(key);
    }
  }
  return closed(groups);
}

function closed(groups: readonly OpenGroup[]): Result<readonly Group[]> {
  const complete = inherited(groups.flatMap(({ definitions }) => definitions));
  if (!complete.ok) return complete;
  const rest = [...complete.value];
  const made: Group[] = [];
  for (const { definedBy, definitions, pieces } of groups) {
    const channels: (Channel | null)[] = [];
    for (const definition of rest.splice(0, definitions.length)) {
      const channel = channelOf(definition);
      if (!channel.ok) return channel;
      channels.push(channel.value);
    }
    // A definition without samples is nothing to read: a lead that then lacks is named as missing.
    if (pieces.length > 0) made.push({ channels, definedBy, pieces });
  }
  return ok(made);
}

/** When the ECG begins: all its channels at once, since no lead may be moved against another. */
export function startOf(groups: readonly Group[]): Result<WrittenTime | null> {
  let start: WrittenTime | null = null;
  for (const { pieces, channels } of groups) {
    const first = pieces[0];
    const time = first?.time;
    if (!first || !time) continue;
    start ??= time;
    const rateHz = channels.find((one) => one !== null)?.sampleRateHz ?? 1;
    if (Math.abs(millisecondsBetween(start, time)) > 1000 / rateHz) {
      return refuse('time-invalid', 'the channels do not begin at the same time', {
        location: first.obx.place(5),
      });
    }
  }
  return ok(start);
}

export function millisecondsBetween(one: WrittenTime, two: WrittenTime): number {
  return instantOf(two) - instantOf(one);
}

function instantOf({ local, offsetMinutes }: WrittenTime): number {
  return Date.parse(`${local}Z`) - (offsetMinutes ?? 0) * 60_000;
}
