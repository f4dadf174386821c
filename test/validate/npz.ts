import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

/** One array of a NumPy archive: its shape and its raw little-endian bytes. */
export interface NumpyArray {
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

const CENTRAL_ENTRY = 0x02014b50;
const CENTRAL_END = 0x06054b50;
const DEFLATED = 8;

/** Reads `.npz` (a zip of `.npy` files) as NumPy writes it. */
export async function readNpz(path: string): Promise<ReadonlyMap<string, NumpyArray>> {
  const zip = await readFile(path);
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== CENTRAL_END) end -= 1;
  if (end < 0) throw new Error(`${path} is no zip archive`);
  const arrays = new Map<string, NumpyArray>();
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === CENTRAL_ENTRY) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const isDeflated = zip.readUInt16LE(at + 10) === DEFLATED;
    arrays.set(name.replace(/\.npy$/, ''), parseNpy(isDeflated ? inflateRawSync(packed) : packed));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return arrays;
}

function parseNpy(npy: Buffer): NumpyArray {
  const isLong = (npy[6] ?? 1) > 1;
  const length = isLong ? npy.readUInt32LE(8) : npy.readUInt16LE(8);
  const start = isLong ? 12 : 10;
  const header = npy.toString('latin1', start, start + length);
  const type = /'descr': '([^']+)'/.exec(header)?.[1] ?? '';
  const shape = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '';
  return {
    type,
    shape: shape
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(Number),
    bytes: npy.subarray(start + length),
  };
}

/** Any whole-number array as plain numbers. */
export function integers({ type, bytes }: NumpyArray): number[] {
  const width = Number(type.slice(2));
  const isSigned = type[1] === 'i';
  const count = bytes.length / width;
  return Array.from({ length: count }, (_, i) => {
    if (width === 8) return Number(bytes.readBigInt64LE(8 * i));
    return isSigned ? bytes.readIntLE(width * i, width) : bytes.readUIntLE(width * i, width);
  });
}

/** A fixed-width Unicode array (`<U…`). */
export function texts({ type, bytes }: NumpyArray): string[] {
  const width = 4 * Number(type.slice(2));
  return Array.from({ length: bytes.length / width }, (_, i) => {
    const units = Array.from({ length: width / 4 }, (__, k) =>
      bytes.readUInt32LE(i * width + 4 * k),
    );
    return String.fromCodePoint(...units.filter((unit) => unit > 0));
  });
}

export function floats({ bytes }: NumpyArray): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}
