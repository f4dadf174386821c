/** Bytes for writers of binary formats. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function u8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** Two bytes each, the low one first; negative numbers as their two's complement. */
export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 255, (value >> 8) & 255]));
}

/** Four bytes each, the low one first. */
export function u32(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) => [
      value & 255,
      (value >>> 8) & 255,
      (value >>> 16) & 255,
      (value >>> 24) & 255,
    ]),
  );
}

/** Samples as two bytes each, the low one first, on any machine. */
export function int16Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i += 1) view.setInt16(i * 2, values[i] as number, true);
  return bytes;
}
