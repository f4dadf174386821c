/** Radix-2 Fourier transform in place; the length is a power of two. */
export interface Fourier {
  readonly size: number;
  transform(re: Float64Array, im: Float64Array): void;
}

export function createFourier(size: number): Fourier {
  const cos = new Float64Array(size / 2);
  const sin = new Float64Array(size / 2);
  for (let i = 0; i < size / 2; i += 1) {
    cos[i] = Math.cos((2 * Math.PI * i) / size);
    sin[i] = -Math.sin((2 * Math.PI * i) / size);
  }
  const swapped = bitReversed(size);
  return {
    size,
    transform(re, im) {
      for (let i = 0; i < size; i += 1) {
        const j = swapped[i] as number;
        if (j <= i) continue;
        [re[i], re[j]] = [re[j] as number, re[i] as number];
        [im[i], im[j]] = [im[j] as number, im[i] as number];
      }
      for (let half = 1; half < size; half *= 2) {
        const stride = size / (2 * half);
        for (let start = 0; start < size; start += 2 * half) {
          for (let k = 0; k < half; k += 1) {
            const c = cos[k * stride] as number;
            const s = sin[k * stride] as number;
            const a = start + k;
            const b = a + half;
            const re2 = (re[b] as number) * c - (im[b] as number) * s;
            const im2 = (re[b] as number) * s + (im[b] as number) * c;
            re[b] = (re[a] as number) - re2;
            im[b] = (im[a] as number) - im2;
            re[a] = (re[a] as number) + re2;
            im[a] = (im[a] as number) + im2;
          }
        }
      }
    },
  };
}

function bitReversed(size: number): Uint32Array {
  const result = new Uint32Array(size);
  const bits = Math.log2(size);
  for (let i = 0; i < size; i += 1) {
    let reversed = 0;
    for (let b = 0; b < bits; b += 1) reversed |= ((i >> b) & 1) << (bits - 1 - b);
    result[i] = reversed;
  }
  return result;
}
