/** SpecificCharacterSet (PS3.3 C.12.1.1.2) and the name under which a decoder knows it. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['IR 6', 'latin1'],
  ['IR 100', 'latin1'],
  ['IR 101', 'iso-8859-2'],
  ['IR 109', 'iso-8859-3'],
  ['IR 110', 'iso-8859-4'],
  ['IR 144', 'iso-8859-5'],
  ['IR 127', 'iso-8859-6'],
  ['IR 126', 'iso-8859-7'],
  ['IR 138', 'iso-8859-8'],
  ['IR 148', 'windows-1254'],
  ['IR 203', 'iso-8859-15'],
  ['IR 13', 'shift_jis'],
  ['IR 166', 'windows-874'],
  ['IR 87', 'iso-2022-jp'],
  ['IR 149', 'euc-kr'],
  ['IR 58', 'gbk'],
  ['IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

const ESCAPE = 0x1b;

/** A text in the character set of its object; what is no text in it becomes a replacement sign. */
export function decodeText(bytes: Uint8Array, terms: readonly string[]): string {
  const labels = terms.flatMap((term) => LABELS.get(term.replace(/^ISO[_ ](2022 )?/, '')) ?? []);
  const first = terms[0] === '' ? 'latin1' : labels[0];
  if (!bytes.includes(ESCAPE)) return decoded(bytes, first ?? 'latin1');
  // Sets that are switched to by escapes: the Japanese decoder follows them itself, in the others
  // the high bit says the same as the escape does.
  if (labels.includes('iso-2022-jp')) return decoded(bytes, 'iso-2022-jp');
  return decoded(withoutEscapes(bytes), labels.at(-1) ?? 'latin1');
}

function decoded(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    // A runtime built without all character sets.
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** Escapes are three bytes long, or four where a set has two bytes a sign. */
function withoutEscapes(bytes: Uint8Array): Uint8Array {
  const kept: number[] = [];
  for (let i = 0; i < bytes.length; i += 1) {
    if (bytes[i] === ESCAPE) i += bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29 ? 3 : 2;
    else kept.push(bytes[i] as number);
  }
  return Uint8Array.from(kept);
}
