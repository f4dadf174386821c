import { timesPowerOfTen } from '../numbers.js';
import { decodeText } from './character-set.js';
import type { DataSet, Element } from './data-set.js';
import { TAG } from './tags.js';

const TEXT_BYTES_MAX = 4096;

/** The text of an element as ASCII, without padding; empty where there is none. */
export function textOf(set: DataSet, tag: number): string {
  const element = set.elements.get(tag);
  if (!element) return '';
  return trimmed(String.fromCharCode(...valueBytes(set, element)));
}

/** The text of an element in the character set of the object. */
export function wordsOf(set: DataSet, tag: number, characterSets: readonly string[]): string {
  const element = set.elements.get(tag);
  return element ? trimmed(decodeText(valueBytes(set, element), characterSets)) : '';
}

/** The terms of SpecificCharacterSet, one for each set between which a text may switch. */
export function characterSetsOf(set: DataSet): string[] {
  return textOf(set, TAG.characterSet)
    .split('\\')
    .slice(0, 8)
    .map((term) => term.trim());
}

function valueBytes(set: DataSet, { from, to }: Element): Uint8Array {
  return set.bytes.subarray(from, Math.min(to, from + TEXT_BYTES_MAX));
}

/** Texts are filled up with a blank, identifiers with a zero, and some writers do both anywhere. */
function trimmed(text: string): string {
  return text.replace(/\0+$/, '').trim();
}

/** A decimal or integer string, or a binary number where a writer took one; the first of several. */
export function numberOf(set: DataSet, tag: number): number | null {
  return parseDecimal(textOf(set, tag).split('\\')[0] ?? '');
}

function parseDecimal(text: string): number | null {
  const trimmed = text.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(trimmed) ? Number(trimmed) : null;
}

/** An unsigned binary number, by the length it has: US and UL are mixed up by some writers. */
export function unsignedOf(set: DataSet, tag: number): number | null {
  const element = set.elements.get(tag);
  if (!element) return null;
  const { bytes, littleEndian } = set;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (element.to - element.from) {
    case 2:
      return view.getUint16(element.from, littleEndian);
    case 4:
      return view.getUint32(element.from, littleEndian);
    default:
      return null;
  }
}

export function itemsOf(set: DataSet, tag: number): readonly DataSet[] {
  return set.elements.get(tag)?.items ?? [];
}

export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** The first item of a code sequence. */
export function codeOf(set: DataSet, tag: number): Code | null {
  const item = itemsOf(set, tag)[0];
  if (!item) return null;
  return {
    value: textOf(item, TAG.codeValue) || textOf(item, TAG.longCodeValue),
    scheme: textOf(item, TAG.codingScheme),
    meaning: textOf(item, TAG.codeMeaning),
  };
}

/** A number in another decimal unit, as exact as its digits. */
export function scaledBy(value: number, power: number): number {
  return power === 0 ? value : timesPowerOfTen(value, power);
}
