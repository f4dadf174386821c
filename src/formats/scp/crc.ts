const POLYNOMIAL = 0x1021;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc & 0xffff;
});

/** CRC-CCITT as SCP-ECG takes it: all ones at the start, the highest bit first. */
export function crcCcitt(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let i = from; i < to; i += 1) {
    crc = ((crc << 8) ^ (TABLE[(crc >> 8) ^ (bytes[i] as number)] as number)) & 0xffff;
  }
  return crc;
}
