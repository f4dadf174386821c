import type { Identifier } from '../core/ecg/reading.js';

const TEXT_CHARS_MAX = 256;

/**
 * The name under which an authority goes in every format. HL7 v2 writes an object identifier as
 * `1.2.3` of type ISO, FHIR as `urn:oid:1.2.3`: the same hospital must give the same patient key.
 */
export function authorityOf(namespace: string, universalId: string, type: string): string {
  switch (type.toUpperCase()) {
    case 'ISO':
      return universalId === '' ? namespace : `urn:oid:${universalId}`;
    case 'UUID':
    case 'GUID':
      return universalId === '' ? namespace : `urn:uuid:${universalId.toLowerCase()}`;
    default:
      return universalId || namespace;
  }
}

/** An identifier, or null where either half is missing or too long to be one. */
export function identifierOf(authority: string, value: string): Identifier | null {
  const [whose, which] = [cleaned(authority), cleaned(value)];
  if (whose === '' || which === '') return null;
  if (whose.length > TEXT_CHARS_MAX || which.length > TEXT_CHARS_MAX) return null;
  return Object.freeze({ authority: whose, value: which });
}

/** A text of bounded length without what a database would refuse. */
export function boundedText(text: string, charsMax = TEXT_CHARS_MAX): string {
  return cleaned(text).slice(0, charsMax);
}

/** Controls and halves of surrogate pairs are in JSON by accident or by malice. */
function cleaned(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .trim();
}

export function sameIdentifier(one: Identifier, two: Identifier): boolean {
  return one.authority === two.authority && one.value === two.value;
}
