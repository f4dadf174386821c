/** What no ECG needs more of. A document beyond one of these is refused. */
export const XML_LIMITS = Object.freeze({
  bytesMax: 64 * 1_048_576,
  depthMax: 64,
  elementsMax: 50_000,
  attributesPerElementMax: 64,
  nameBytesMax: 128,
  textPiecesMax: 100_000,
});
