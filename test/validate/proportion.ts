/** A share with Wilson's 95 % interval, as text: `3 of 721: 0.4 % (0.1 to 1.2)`. */
export function proportion(count: number, total: number): string {
  if (total === 0) return 'none';
  const z = 1.96;
  const share = count / total;
  const middle = (share + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half =
    (z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))) /
    (1 + (z * z) / total);
  const percent = (value: number) => (100 * Math.max(0, Math.min(1, value))).toFixed(1);
  return `${count} of ${total}: ${percent(share)} % (${percent(middle - half)} to ${percent(middle + half)})`;
}
