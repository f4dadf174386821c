/** The offset basis and the prime of FNV-1a in 128 and in 32 bits. */
const BASIS_128 = 0x6c62272e07bb014262b821756295c58dn;
const PRIME_128 = (1n << 88n) + 0x13bn;
const BASIS_32 = 0x811c9dc5;
const PRIME_32 = 0x01000193;
const MASK_128 = (1n << 128n) - 1n;

/**
 * An identifier under the root that stands for numbers drawn at will (2.25, PS3.5 B.2), made from
 * what it identifies: the same ECG written twice is the same object.
 */
export function uniqueIdOf(role: string, content: Uint8Array): string {
  let hash = BASIS_128;
  const take = (value: number): void => {
    hash = ((hash ^ BigInt(value)) * PRIME_128) & MASK_128;
  };
  for (const byte of new TextEncoder().encode(role)) take(byte);
  // Wide numbers are slow: the many bytes go through four narrow sums first.
  for (const sum of narrowSums(content)) take(sum);
  return `2.25.${hash}`;
}

function narrowSums(content: Uint8Array): Uint32Array {
  const sums = new Uint32Array(4).fill(BASIS_32);
  for (let i = 0; i < content.length; i += 1) {
    const own = i & 3;
    const next = (i + 1) & 3;
    sums[own] = Math.imul((sums[own] ?? 0) ^ (content[i] ?? 0), PRIME_32);
    sums[next] = (sums[next] ?? 0) + (sums[own] ?? 0);
  }
  return sums;
}
