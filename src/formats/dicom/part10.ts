import { ok, refuse, type Result } from '../../core/failure.js';
import { Cursor } from '../cursor.js';
import { readDataSet, type DataSet, type Syntax } from './data-set.js';
import { TAG } from './tags.js';
import { textOf } from './values.js';

/** 12-lead, general, ambulatory and general 32-bit ECG. */
const ECG_CLASS = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\.1\.[1-4]$/;

const SYNTAXES: ReadonlyMap<string, Syntax> = new Map([
  ['1.2.840.10008.1.2', { explicit: false, littleEndian: true }],
  ['1.2.840.10008.1.2.1', { explicit: true, littleEndian: true }],
  ['1.2.840.10008.1.2.2', { explicit: true, littleEndian: false }],
]);
const DEFLATED = '1.2.840.10008.1.2.1.99';

const PREAMBLE_BYTES = 128;
const META_FROM = PREAMBLE_BYTES + 4;
/** The class of an object stands among its first elements. */
const LOOKED_AT_ELEMENTS_MAX = 32;
const LOOKED_AT_BYTES_MAX = 2048;

export function isDicom(bytes: Uint8Array): boolean {
  return hasMark(bytes, PREAMBLE_BYTES) || startsWithMeta(bytes, 0) || bareSyntax(bytes) !== null;
}

/** The data set of an ECG object, from a file with or without its preamble and meta information. */
export function readObject(bytes: Uint8Array): Result<DataSet> {
  const metaFrom = hasMark(bytes, PREAMBLE_BYTES) ? META_FROM : 0;
  let found: Result<DataSet>;
  let mediaClass = '';
  if (startsWithMeta(bytes, metaFrom)) {
    const meta = readMeta(bytes, metaFrom);
    if (!meta.ok) return meta;
    mediaClass = meta.value.mediaClass;
    // A class that is no ECG is told before its data are read, which may be gigabytes of pictures.
    if (mediaClass !== '' && !ECG_CLASS.test(mediaClass)) return refuseClass();
    found = readDataSet(bytes, meta.value.to, meta.value.syntax);
  } else {
    const syntax = bareSyntax(bytes.subarray(metaFrom));
    if (!syntax) return refuse('encoding-broken', 'the DICOM file has no meta information');
    found = readDataSet(bytes, metaFrom, syntax);
  }
  if (!found.ok) return found;
  const objectClass = textOf(found.value, TAG.sopClass) || mediaClass;
  return objectClass === '' || ECG_CLASS.test(objectClass) ? found : refuseClass();
}

function refuseClass(): Result<DataSet> {
  return refuse('no-ecg', 'the DICOM object is no ECG waveform', { location: '(0008,0016)' });
}

function hasMark(bytes: Uint8Array, at: number): boolean {
  return String.fromCharCode(...bytes.subarray(at, at + 4)) === 'DICM';
}

/** Group 2 is explicit and little endian whatever follows it. */
function startsWithMeta(bytes: Uint8Array, at: number): boolean {
  const [group, , , , first = 0, second = 0] = bytes.subarray(at, at + 6);
  return group === 2 && bytes[at + 1] === 0 && isUpperCase(first) && isUpperCase(second);
}

function isUpperCase(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

interface Meta {
  readonly syntax: Syntax;
  readonly mediaClass: string;
  /** Where the data set begins. */
  readonly to: number;
}

function readMeta(bytes: Uint8Array, from: number): Result<Meta> {
  const to = endOfMeta(bytes, from);
  if (to === null) return refuse('encoding-broken', 'the DICOM meta information is broken');
  const meta = readDataSet(bytes.subarray(0, to), from, { explicit: true, littleEndian: true });
  if (!meta.ok) return meta;
  const name = textOf(meta.value, TAG.transferSyntax);
  const syntax = SYNTAXES.get(name);
  if (!syntax) {
    const which =
      name === DEFLATED ? 'deflated' : name === '' ? 'missing' : 'compressed or not known';
    return refuse('encoding-unknown', `the DICOM transfer syntax is ${which}`, {
      location: '(0002,0010)',
    });
  }
  return ok({ syntax, mediaClass: textOf(meta.value, TAG.mediaStorageClass), to });
}

/** The group's own length is often wrong, so its elements are walked instead. */
function endOfMeta(bytes: Uint8Array, from: number): number | null {
  const cursor = new Cursor(bytes, from);
  for (let i = 0; i < LOOKED_AT_ELEMENTS_MAX; i += 1) {
    const at = cursor.at;
    if (cursor.u16() !== 2) return cursor.overrun ? null : at;
    cursor.skip(2);
    const representation = String.fromCharCode(cursor.u8(), cursor.u8());
    if (/^(OB|UN|UT)$/.test(representation)) {
      cursor.skip(2);
      cursor.skip(cursor.u32());
    } else cursor.skip(cursor.u16());
    if (cursor.overrun) return null;
  }
  return null;
}

/**
 * The syntax of a data set that stands alone, as some archives hand it out. Only one that says
 * within its first elements that it is an ECG is taken for one.
 */
function bareSyntax(bytes: Uint8Array): Syntax | null {
  const beginning = bytes.subarray(0, LOOKED_AT_BYTES_MAX);
  for (const syntax of SYNTAXES.values()) {
    if (ECG_CLASS.test(classOfBare(beginning, syntax))) return syntax;
  }
  return null;
}

function classOfBare(bytes: Uint8Array, { explicit, littleEndian }: Syntax): string {
  const cursor = new Cursor(bytes, 0, bytes.length, littleEndian);
  for (let i = 0; i < LOOKED_AT_ELEMENTS_MAX && !cursor.overrun; i += 1) {
    if (cursor.u16() !== 8) return '';
    const element = cursor.u16();
    if (explicit) cursor.skip(2);
    const length = explicit ? cursor.u16() : cursor.u32();
    const value = cursor.take(length);
    if (element !== (TAG.sopClass & 0xffff)) continue;
    return String.fromCharCode(...value.subarray(0, 64)).replace(/[\0 ]+$/, '');
  }
  return '';
}
