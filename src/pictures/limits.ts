/** What reading a picture may take. A process that takes more is ended and the picture refused. */
export const READER_LIMITS = Object.freeze({
  /** Of a processor for one picture, from its bytes to its ECG. A normal page takes a second. */
  processorMsMax: 12_000,
  /** By the clock: a machine that is busy with other things makes no picture unreadable. */
  readMsMax: 60_000,
  /** For its turn. A picture that would wait longer is not taken: whoever sent it sends it again. */
  waitMsMax: 30_000,
  waitingMax: 8,
  /** Resident memory of the reading process, with the program itself and one picture unpacked. */
  memoryBytesMax: 640 * 1_048_576,
  heapMebibytesMax: 256,
  /** How often its memory and its time are looked at while it reads. */
  watchMs: 50,
});

/** What is shown to the reader of pages: a larger picture is made smaller first. */
export const SHOWN_PIXELS_MAX = 5_000_000;

/** Of a PDF so many pages are looked at, and each is drawn as fine as a good scan. */
export const PDF_PAGES_LOOKED_AT = 4;
export const PDF_DOTS_PER_INCH = 200;
