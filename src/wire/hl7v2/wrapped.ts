import type { Segment } from './segment.js';
import type { Delimiters } from './text.js';

/** Segments that may stand behind an observation, in any version. */
const AROUND = new Set(
  'ABS ACC ADD AL1 BTS CTD CTI DG1 DSC EVN FTS FT1 GT1 IN1 IN2 MRG MSA MSH NK1 NTE OBR OBX ORC PD1 PID PRT PV1 PV2 ROL SFT SPM TQ1 TQ2 UAC'.split(
    ' ',
  ),
);

const DATA_FIELD = 5;
const ENCODING_COMPONENT = 4;
const DATA_COMPONENT = 5;
const PADDING = 0x3d;
const DIGITS_A_GROUP = 4;

/**
 * Base64 that is wrapped at any width may begin a line with three capitals and then end, or end the
 * field: they look like the id of a segment. Whether the value goes on is told by its length: four
 * digits are a group, and the last one is filled up by nearly all.
 */
export class WrappedValue {
  readonly #bytes: Uint8Array;
  readonly #delimiters: Delimiters;
  #segment: Segment | undefined;
  /** Counted up to here, so that no line is counted twice. */
  #at = 0;
  #digits = 0;
  #isOpen = false;

  constructor(bytes: Uint8Array, delimiters: Delimiters) {
    this.#bytes = bytes;
    this.#delimiters = delimiters;
  }

  /** Whether a line that begins like a segment of this id is more of the last one's base64. */
  goesOnWith(id: string, last: Segment | undefined, lineStart: number): boolean {
    if (last !== this.#segment) this.#begin(last);
    if (!this.#isOpen || AROUND.has(id)) return false;
    if (!this.#goesUpTo(lineStart)) return false;
    const lacking = this.#digits % DIGITS_A_GROUP;
    if (lacking === 0) return false;
    // What a hospital defined for itself begins with Z. One digit alone ends no base64.
    return lacking === 1 || !id.startsWith('Z');
  }

  #begin(segment: Segment | undefined): void {
    this.#segment = segment;
    this.#isOpen = false;
    if (segment?.id !== 'OBX' || !segment.field(2).equals('ED')) return;
    const data = segment.field(DATA_FIELD);
    const encoding = data.component(ENCODING_COMPONENT).text().toUpperCase();
    this.#isOpen = encoding === 'BASE64' || encoding === '';
    this.#at = data.component(DATA_COMPONENT).start;
    this.#digits = 0;
  }

  /** Counts on; false where the value ended before. */
  #goesUpTo(lineStart: number): boolean {
    const { field, component, repetition } = this.#delimiters;
    for (; this.#isOpen && this.#at < lineStart; this.#at += 1) {
      const byte = this.#bytes[this.#at] as number;
      const ends = byte === field || byte === component || byte === repetition || byte === PADDING;
      if (ends) this.#isOpen = false;
      else if (byte > 0x20) this.#digits += 1;
    }
    return this.#isOpen;
  }
}
