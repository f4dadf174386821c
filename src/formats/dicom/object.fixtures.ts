/** DICOM bytes made by hand, apart from the writer, in every way a data set may be written. */
export interface Spelling {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  /** Sequences and items end by a mark and not by a length. */
  readonly open?: boolean;
}

export type Value = string | readonly Uint8Array[] | Uint8Array | Words;
/** Numbers of two or four bytes, in the byte order of the file. */
export interface Words {
  readonly size: 2 | 4;
  readonly values: readonly number[];
}
export type Part = readonly [tag: number, representation: string, value: Value];

export const LITTLE: Spelling = { explicit: true, littleEndian: true };

export function us(...values: readonly number[]): Words {
  return { size: 2, values };
}

export function ul(...values: readonly number[]): Words {
  return { size: 4, values };
}

export function dataSet(spelling: Spelling, parts: readonly Part[]): Uint8Array {
  return Buffer.concat(parts.map((part) => element(spelling, part)));
}

function element(spelling: Spelling, [tag, representation, value]: Part): Uint8Array {
  const isSequence = Array.isArray(value);
  const content = contentOf(spelling, representation, value);
  const length = isSequence && spelling.open ? 0xffffffff : content.length;
  const end = isSequence && spelling.open ? mark(spelling, 0xfffee0dd, 0) : Buffer.alloc(0);
  const isLong = ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(representation);
  const head = !spelling.explicit
    ? number(spelling, 4, length)
    : isLong
      ? Buffer.concat([Buffer.from(`${representation}\0\0`), number(spelling, 4, length)])
      : Buffer.concat([Buffer.from(representation), number(spelling, 2, length)]);
  return Buffer.concat([tagBytes(spelling, tag), head, content, end]);
}

function contentOf(spelling: Spelling, representation: string, value: Value): Uint8Array {
  if (typeof value === 'string') {
    const filler = representation === 'UI' ? '\0' : ' ';
    return Buffer.from(value.length % 2 ? value + filler : value, 'latin1');
  }
  if (value instanceof Uint8Array) return value;
  if ('size' in value) {
    return Buffer.concat(value.values.map((one) => number(spelling, value.size, one)));
  }
  return Buffer.concat(
    value.map((item) =>
      spelling.open
        ? Buffer.concat([
            mark(spelling, 0xfffee000, 0xffffffff),
            item,
            mark(spelling, 0xfffee00d, 0),
          ])
        : Buffer.concat([mark(spelling, 0xfffee000, item.length), item]),
    ),
  );
}

function mark(spelling: Spelling, tag: number, length: number): Buffer {
  return Buffer.concat([tagBytes(spelling, tag), number(spelling, 4, length)]);
}

function tagBytes(spelling: Spelling, tag: number): Buffer {
  return Buffer.concat([number(spelling, 2, tag >>> 16), number(spelling, 2, tag & 0xffff)]);
}

function number({ littleEndian }: Spelling, size: 2 | 4, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  if (littleEndian) bytes.writeUIntLE(size === 2 ? value & 0xffff : value >>> 0, 0, size);
  else bytes.writeUIntBE(size === 2 ? value & 0xffff : value >>> 0, 0, size);
  return bytes;
}

const SYNTAX_NAMES: Readonly<Record<string, string>> = {
  'false true': '1.2.840.10008.1.2',
  'true true': '1.2.840.10008.1.2.1',
  'true false': '1.2.840.10008.1.2.2',
};

/** Preamble, mark and meta information before a data set. */
export function part10(spelling: Spelling, set: Uint8Array, syntax?: string): Uint8Array {
  const name = syntax ?? SYNTAX_NAMES[`${spelling.explicit} ${spelling.littleEndian}`] ?? '';
  const group = dataSet(LITTLE, [
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020010, 'UI', name],
  ]);
  const meta = Buffer.concat([dataSet(LITTLE, [[0x00020000, 'UL', ul(group.length)]]), group]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, set]);
}

export interface GroupOptions {
  readonly leads: readonly string[];
  readonly scheme?: 'MDC' | 'SCPECG' | 'none';
  /** The same samples in each channel, each with its number added, unless a channel differs. */
  readonly samples?: readonly number[];
  readonly sensitivity?: string;
  readonly unit?: string;
  readonly rateHz?: string;
  readonly interpretation?: string;
  readonly bits?: number;
  readonly channel?: readonly Part[];
  readonly group?: readonly Part[];
}

/** Numbers of CID 3001, typed from the standard. */
const NUMBERS: Readonly<Record<string, number>> = {
  I: 1,
  II: 2,
  V1: 3,
  V2: 4,
  V3: 5,
  V4: 6,
  V5: 7,
  V6: 8,
  V7: 9,
  V4R: 12,
  X: 16,
  III: 61,
  aVR: 62,
  aVL: 63,
  aVF: 64,
};
export const TWELVE = 'I II III aVR aVL aVF V1 V2 V3 V4 V5 V6'.split(' ');

/** Sixty samples at 50 a second: little more than a second is the shortest ECG there is. */
export const STEPS = Array.from({ length: 60 }, (_, i) => (i % 10) * 10);

export function waveformGroup(spelling: Spelling, options: GroupOptions): Uint8Array {
  const { leads, samples = STEPS, bits = 16, interpretation = 'SS' } = options;
  const data = samples.flatMap((sample) => leads.map((_, channel) => sample + channel));
  const own = options.group ?? [];
  const parts: Part[] = [
    [0x003a0004, 'CS', 'ORIGINAL'],
    [0x003a0005, 'US', us(leads.length)],
    [0x003a0010, 'UL', ul(samples.length)],
    [0x003a001a, 'DS', options.rateHz ?? '50'],
    [0x003a0020, 'SH', 'RHYTHM'],
    [0x003a0200, 'SQ', leads.map((lead) => channelItem(spelling, lead, options))],
    [0x54001004, 'US', us(bits)],
    [0x54001006, 'CS', interpretation],
    [0x54001010, bits === 8 ? 'OB' : 'OW', waveformData(bits, data)],
  ];
  return dataSet(spelling, merged(parts, own));
}

function waveformData(bits: number, values: readonly number[]): Value {
  if (bits === 8) return Uint8Array.from(values.map((value) => value & 255));
  return { size: bits === 16 ? 2 : 4, values };
}

function channelItem(spelling: Spelling, lead: string, options: GroupOptions): Uint8Array {
  const { scheme = 'MDC', sensitivity = '1', unit = 'uV', channel = [] } = options;
  const number = NUMBERS[lead] ?? 0;
  const code = { MDC: `2:${number}`, SCPECG: `5.6.3-9-${number}`, none: '' }[scheme];
  const source: Part[] = [
    [0x00080100, 'SH', code],
    [0x00080102, 'SH', scheme === 'none' ? '' : scheme],
    [0x00080104, 'LO', `Lead ${lead} (of twelve)`],
  ];
  const units: Part[] = [
    [0x00080100, 'SH', unit],
    [0x00080102, 'SH', 'UCUM'],
  ];
  const parts: Part[] = [
    [0x003a0208, 'SQ', [dataSet(spelling, source)]],
    [0x003a0210, 'DS', sensitivity],
    [0x003a0211, 'SQ', [dataSet(spelling, units)]],
    [0x003a0212, 'DS', '1'],
    [0x003a0213, 'DS', '0'],
    [0x003a021a, 'US', us(options.bits ?? 16)],
  ];
  return dataSet(spelling, merged(parts, channel));
}

/** The parts with some replaced, in the order of their tags. */
export function merged(parts: readonly Part[], own: readonly Part[]): Part[] {
  const tags = new Set(own.map(([tag]) => tag));
  return [...parts.filter(([tag]) => !tags.has(tag)), ...own].sort((a, b) => a[0] - b[0]);
}

export interface ObjectOptions {
  readonly spelling?: Spelling;
  readonly groups?: readonly Uint8Array[];
  readonly more?: readonly Part[];
  readonly syntax?: string;
}

export function ecgDataSet(options: ObjectOptions = {}): Uint8Array {
  const { spelling = LITTLE, more = [] } = options;
  const groups = options.groups ?? [waveformGroup(spelling, { leads: TWELVE })];
  const parts: Part[] = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.9.1.1'],
    [0x54000100, 'SQ', groups],
  ];
  return dataSet(spelling, merged(parts, more));
}

export function ecgObject(options: ObjectOptions = {}): Uint8Array {
  return part10(options.spelling ?? LITTLE, ecgDataSet(options), options.syntax);
}
