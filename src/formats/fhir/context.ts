import type { DecodeFile } from '../format.js';
import type { Json } from '../json.js';
import type { Body } from './body.js';

/** What it takes to read a resource beside the resource itself. */
export interface Context {
  /** The server whose ids relative references are. */
  readonly serverBaseUrl: string | null;
  readonly longText: Body['longText'];
  readonly decodeFile: DecodeFile;
  /** The resource that a reference points at, where it came along. */
  readonly referred: (resource: Json, reference: Json) => Json;
}
