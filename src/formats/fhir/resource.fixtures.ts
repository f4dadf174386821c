import { decodeFakeFile, toFakeFile } from '../../../test/support/fake-file.js';
import { sampleReading } from '../../../test/support/reading.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { Result } from '../../core/failure.js';
import { decodeFile } from '../files.js';
import type { Json } from '../json.js';
import { bodyOf, parseBody } from './body.js';
import { decodeResource } from './resource.js';

export type Resource = Record<string, unknown>;

/** Bytes of a resource, a file inside it read as the fake one. */
export function decodedBytes(bytes: Uint8Array, file: Partial<Reading> = {}): Result<Reading> {
  const body = parseBody(bytes);
  return body.ok ? decodeResource(body.value, {}, (inner) => decodeFakeFile(inner, file)) : body;
}

export const decoded = (resource: Resource, file: Partial<Reading> = {}): Result<Reading> =>
  decodedBytes(Buffer.from(JSON.stringify(resource)), file);

/** A resource that was parsed elsewhere. */
export const decodeParsed = (json: Json, hints = {}): Result<Reading> =>
  decodeResource(bodyOf(json), hints, decodeFile);

/** The code and place of a refusal, or the format of what was read. */
export function gist(result: Result<Reading>): string {
  if (result.ok) return result.value.format;
  return `${result.failure.code} ${result.failure.location ?? '-'}`;
}

export const SAMPLE = sampleReading({ count: 100, sampleRateHz: 100 });
export const FILE = Buffer.from(toFakeFile(SAMPLE)).toString('base64');
