/** What a picture may have. All is known from its first bytes, before anything is unpacked. */
export const PICTURE_LIMITS = Object.freeze({
  bytesMax: 33_554_432,
  /** A sheet of A4 at 600 dots an inch has 35 million. */
  pixelsMax: 40_000_000,
  sidePixelsMax: 20_000,
  /** A progressive JPEG has ten or so; each more is another pass over all of the picture. */
  jpegScansMax: 64,
  pdfPagesMax: 20,
});
