import type { PackedBeside } from '../core/ecg/pack.js';
import type { PageNote } from '../core/ecg/page-note.js';
import type { FailureCode } from '../core/failure.js';
import type { PictureKind } from '../formats/picture/kind.js';

/** What goes to the reading process. */
export interface PictureRequest {
  readonly number: number;
  readonly kind: PictureKind;
  readonly bytes: Uint8Array;
}

export type PictureFound =
  | { readonly found: true; readonly ecg: PackedPage; readonly page: PageNote }
  | { readonly found: false; readonly code: FailureCode; readonly detail: string };

/** An Ecg as the ledger packs it: it is checked anew by whoever unpacks it. */
export interface PackedPage {
  readonly waveform: Uint8Array;
  readonly beside: PackedBeside;
}

export type PictureAnswer = PictureFound & { readonly number: number };
