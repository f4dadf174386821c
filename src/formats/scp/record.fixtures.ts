/** SCP-ECG bytes made by hand, apart from the writer. */
export type Sections = Readonly<Record<number, readonly number[]>>;

export function two(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 255, (value >> 8) & 255]);
}

export function four(...values: readonly number[]): number[] {
  return values.flatMap((value) => [...two(value & 0xffff), ...two((value >>> 16) & 0xffff)]);
}

/** The checksum bit by bit, as its polynomial x^16 + x^12 + x^5 + 1 says. */
export function crcByBits(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const top = ((crc >> 15) & 1) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (top ? 0x1021 : 0);
    }
  }
  return crc;
}

export interface RecordOptions {
  readonly version?: number;
  /** What stands in place of a sum that is right. */
  readonly sum?: (right: number, of: number | 'record') => number;
}

export function scpRecord(sections: Sections, options: RecordOptions = {}): Uint8Array {
  const { version = 20, sum = (right) => right } = options;
  const sectionBytes = (id: number, content: readonly number[], name: string): number[] => {
    const even = content.length % 2 ? [...content, 0] : content;
    const head = [...two(id), ...four(even.length + 16), version, version];
    const rest = [...head, ...Buffer.from(name, 'latin1'), ...even];
    return [...two(sum(crcByBits(rest), id)), ...rest];
  };
  const ids = Object.keys(sections).map(Number);
  const bodies = ids.map((id) => sectionBytes(id, sections[id] ?? [], '\0\0\0\0\0\0'));
  const ownLength = 16 + 12 * 10;
  let at = 7 + ownLength;
  const pointers = [...two(0), ...four(ownLength, 7)];
  for (let id = 1; id < 12; id += 1) {
    const length = bodies[ids.indexOf(id)]?.length ?? 0;
    pointers.push(...two(id), ...four(length, length && at));
    at += length;
  }
  const behind = [...four(at - 1), ...sectionBytes(0, pointers, 'SCPECG'), ...bodies.flat()];
  return Uint8Array.from([...two(sum(crcByBits(behind), 'record')), ...behind]);
}

/** I, II and V1 to V6, from which the others follow; samples 1 to `last` of each. */
export function leadSection(last: number, flags = 0x44): number[] {
  return [8, flags, ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((id) => [...four(1, last), id])];
}

/** Section 5 or 6: nanovolts a step, interval, differences, bimodal, and the bytes of each lead. */
export function dataSection(
  head: readonly [nanovolts: number, microseconds: number, differences: number, bimodal: number],
  leads: readonly (readonly number[])[],
): number[] {
  const [nanovolts, microseconds, differences, bimodal] = head;
  return [
    ...two(nanovolts, microseconds),
    differences,
    bimodal,
    ...two(...leads.map((lead) => lead.length)),
    ...leads.flat(),
  ];
}

/** Bits in groups, as they are written down beside their meaning. */
export function bits(...groups: readonly string[]): number[] {
  const all = groups.join('').replaceAll(' ', '');
  const padded = all.padEnd(Math.ceil(all.length / 8) * 8, '0');
  return (padded.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
}

/** The same bytes with sums that fit them, as far as their pointers still lead to sections. */
export function resummed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sum = (at: number, to: number): void => {
    view.setUint16(at, crcByBits([...bytes.subarray(at + 2, to)]), true);
  };
  const end = Math.min(6 + view.getUint32(10, true), bytes.length);
  for (let pointer = 22; pointer + 10 <= end; pointer += 10) {
    const [length, at] = [view.getUint32(pointer + 2, true), view.getUint32(pointer + 6, true) - 1];
    if (length >= 16 && at >= end && at + length <= bytes.length) sum(at, at + length);
  }
  sum(6, end);
  sum(0, Math.min(view.getUint32(2, true), bytes.length));
  return bytes;
}
