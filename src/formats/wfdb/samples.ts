/** How the samples of a file follow each other: how wide, and which of them means that none is there. */
export interface SampleFormat {
  readonly bitsPerSample: number;
  readonly missing: number;
  readonly at: (bytes: Uint8Array, byteOffset: number, index: number) => number;
}

const byte = (bytes: Uint8Array, at: number): number => bytes[at] as number;

/** Two samples of twelve bits in three bytes: two low bytes with both high halves between them. */
function packedPair(bytes: Uint8Array, byteOffset: number, index: number): number {
  const at = byteOffset + 3 * (index >> 1);
  const halves = byte(bytes, at + 1);
  const twelve =
    (index & 1) === 0
      ? byte(bytes, at) | ((halves & 0x0f) << 8)
      : byte(bytes, at + 2) | ((halves & 0xf0) << 4);
  return (twelve << 20) >> 20;
}

/** By the numbers of the WFDB documentation. */
export const SAMPLE_FORMATS: ReadonlyMap<number, SampleFormat> = new Map([
  [
    16,
    {
      bitsPerSample: 16,
      missing: -32_768,
      at: (bytes, offset, index) => {
        const at = offset + 2 * index;
        return ((byte(bytes, at) | (byte(bytes, at + 1) << 8)) << 16) >> 16;
      },
    },
  ],
  [
    24,
    {
      bitsPerSample: 24,
      missing: -8_388_608,
      at: (bytes, offset, index) => {
        const at = offset + 3 * index;
        const low = byte(bytes, at) | (byte(bytes, at + 1) << 8);
        return ((low | (byte(bytes, at + 2) << 16)) << 8) >> 8;
      },
    },
  ],
  [
    32,
    {
      bitsPerSample: 32,
      missing: -2_147_483_648,
      at: (bytes, offset, index) => {
        const at = offset + 4 * index;
        const low = byte(bytes, at) | (byte(bytes, at + 1) << 8);
        return low | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24);
      },
    },
  ],
  [
    61,
    {
      bitsPerSample: 16,
      missing: -32_768,
      at: (bytes, offset, index) => {
        const at = offset + 2 * index;
        return (((byte(bytes, at) << 8) | byte(bytes, at + 1)) << 16) >> 16;
      },
    },
  ],
  [
    80,
    {
      bitsPerSample: 8,
      missing: -128,
      at: (bytes, offset, index) => byte(bytes, offset + index) - 128,
    },
  ],
  [
    160,
    {
      bitsPerSample: 16,
      missing: -32_768,
      at: (bytes, offset, index) => {
        const at = offset + 2 * index;
        return (byte(bytes, at) | (byte(bytes, at + 1) << 8)) - 32_768;
      },
    },
  ],
  [212, { bitsPerSample: 12, missing: -2048, at: packedPair }],
]);

/** So many samples stand whole in so many bytes. */
export function samplesIn(format: SampleFormat, byteCount: number): number {
  return Math.max(0, Math.floor((8 * byteCount) / format.bitsPerSample));
}
