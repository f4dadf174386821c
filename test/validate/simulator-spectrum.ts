/** Powers of a recording in bands, as logarithms, from windows of two seconds (Welch). */
const LENGTH = 1024;
const RATE_HZ = 500;
const BANDS_HZ = [
  [0.4, 0.8],
  [0.9, 3],
  [3, 8],
  [8, 15],
  [15, 25],
  [25, 40],
  [40, 48.5],
  [49, 51],
  [52, 80],
  [80, 120],
  [120, 160],
  [160, 200],
  [200, 249],
] as const;

export const BAND_NAMES = BANDS_HZ.map(([from, to]) => `${from} to ${to} Hz`);

const HANN = Float64Array.from(
  { length: LENGTH },
  (_, i) => Math.sin((Math.PI * (i + 0.5)) / LENGTH) ** 2,
);

export function bandPowers(x: Float64Array): number[] {
  const power = new Float64Array(LENGTH / 2);
  for (let from = 0; from + LENGTH <= x.length; from += LENGTH / 2) {
    const re = x.slice(from, from + LENGTH);
    const mean = re.reduce((sum, value) => sum + value, 0) / LENGTH;
    const im = new Float64Array(LENGTH);
    for (let i = 0; i < LENGTH; i += 1) re[i] = ((re[i] as number) - mean) * (HANN[i] as number);
    transform(re, im);
    for (let k = 0; k < power.length; k += 1) {
      power[k] = (power[k] as number) + (re[k] as number) ** 2 + (im[k] as number) ** 2;
    }
  }
  return BANDS_HZ.map(([from, to]) => {
    const [a, b] = [Math.ceil((from * LENGTH) / RATE_HZ), Math.floor((to * LENGTH) / RATE_HZ)];
    let sum = 0;
    for (let k = a; k <= b; k += 1) sum += power[k] ?? 0;
    return Math.log(sum / (b - a + 1) + 1);
  });
}

/** The fast Fourier transform in place, length a power of two. */
function transform(re: Float64Array, im: Float64Array): void {
  const count = re.length;
  for (let i = 1, j = 0; i < count; i += 1) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  for (let size = 2; size <= count; size *= 2) butterflies(re, im, size);
}

function butterflies(re: Float64Array, im: Float64Array, size: number): void {
  const half = size / 2;
  for (let k = 0; k < half; k += 1) {
    const [c, s] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
    for (let i = k; i < re.length; i += size) {
      const [a, b] = [re[i + half] as number, im[i + half] as number];
      const [x, y] = [a * c - b * s, a * s + b * c];
      re[i + half] = (re[i] as number) - x;
      im[i + half] = (im[i] as number) - y;
      re[i] = (re[i] as number) + x;
      im[i] = (im[i] as number) + y;
    }
  }
}
