import type { Reading } from '../core/ecg/reading.js';
import type { Result } from '../core/failure.js';
import type { Picture } from './picture/kind.js';

/** What the way by which the bytes came says about them. */
export interface DecodeHints {
  /** The FHIR server whose ids relative references are. */
  readonly serverBaseUrl?: string | null;
  /**
   * Another file of the same record by its bare name, null where there is none: a WFDB header names
   * the file of its samples.
   */
  readonly sibling?: (name: string) => Uint8Array | null;
  /** What was read of a picture; without it pictures are refused by their name. */
  readonly readPicture?: ReadPicture;
}

/** A reading that was made elsewhere, as decoders answer at once and reading a page takes a second. */
export type ReadPicture = (picture: Picture) => Result<Reading>;

/** A format in which an ECG is a file of its own, alone or carried inside a message. */
export interface FileFormat {
  /** As `Reading.format` has it. */
  readonly name: string;
  /** Told by the bytes alone: what a file is called is anybody's word. Looks at little of it. */
  recognises(bytes: Uint8Array): boolean;
  decode(bytes: Uint8Array, hints: DecodeHints): Result<Reading>;
}

/** The ECG in a file that a message carries; carriers take it as a parameter, to know no format. */
export type DecodeFile = (bytes: Uint8Array) => Result<Reading>;
