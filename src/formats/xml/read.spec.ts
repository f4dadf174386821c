import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { XML_LIMITS } from './limits.js';
import { decodeXml } from './read.js';
import { xmlRootOf } from './root.js';
import {
  attributeOf,
  childOf,
  childrenOf,
  contentOf,
  descendantsOf,
  namespaceOf,
  textOf,
  type XmlElement,
} from './tree.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

function utf16(text: string, order: 'le' | 'be', mark: boolean): Uint8Array {
  const marked = mark ? `\ufeff${text}` : text;
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < marked.length; i += 1) {
    view.setUint16(2 * i, marked.charCodeAt(i), order === 'le');
  }
  return bytes;
}

function read(input: string | Uint8Array): XmlElement {
  const result = decodeXml(typeof input === 'string' ? bytesOf(input) : input);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

function refusal(input: string | Uint8Array): string {
  const result = decodeXml(typeof input === 'string' ? bytesOf(input) : input);
  return result.ok ? 'was read' : `${result.failure.code}: ${result.failure.detail}`;
}

describe('a document is read', () => {
  test('with its elements, attributes and texts', () => {
    const root = read(`<?xml version="1.0"?>
      <!-- before --><a:Root xmlns:a="urn:a" xmlns='urn:none'>
        <b one="1" a:two='"2"'>first</b ><c/><b>second</b><a:d><b>deep</b></a:d>
      </a:Root><!-- after --><?pi?>`);
    expect(root.name).toBe('Root');
    expect(namespaceOf(root, 'a')).toBe('urn:a');
    expect(namespaceOf(root)).toBe('urn:none');
    expect(childrenOf(root, 'b').map(textOf)).toEqual(['first', 'second']);
    expect(descendantsOf(root, 'b').map(textOf)).toEqual(['first', 'second', 'deep']);
    expect(textOf(childOf(root, 'd', 'b'))).toBe('deep');
    expect(childOf(root, 'd', 'x', 'b')).toBeNull();
    expect(attributeOf(childOf(root, 'b'), 'one')).toBe('1');
    expect(attributeOf(childOf(root, 'b'), 'two')).toBe('"2"');
    expect(attributeOf(childOf(root, 'b'), 'three')).toBeNull();
    expect(textOf(childOf(root, 'c'))).toBe('');
  });

  test('with references, CDATA and comments inside a text', () => {
    const root = read('<a b="&#65;&quot;"> 1 &lt;<!-- no -->2<![CDATA[&lt;<b>]]>&amp;&#x3A9; </a>');
    expect(textOf(root)).toBe('1 <2&lt;<b>&\u03a9');
    expect(attributeOf(root, 'b')).toBe('A"');
  });

  test('with samples in place, or put together where a comment parts them', () => {
    const whole = contentOf(read('<a>1 2 3</a>'));
    expect([whole.start, whole.end]).toEqual([3, 8]);
    const parted = contentOf(read('<a>1 <!-- two -->2&#32;<![CDATA[3]]></a>'));
    expect(new TextDecoder().decode(parted.bytes.subarray(parted.start, parted.end))).toBe('1 2 3');
  });

  test('that an attribute with a prefix is not the one without', () => {
    const root = read('<v xsi:type="SLIST_PQ" type="x"/>');
    expect(attributeOf(root, 'type')).toBe('x');
    expect(attributeOf(root, 'xsi:type')).toBe('SLIST_PQ');
  });
});

describe('encodings', () => {
  const text = '<n a="\u00fc">M\u00fcller</n>';
  const declared = (encoding: string): string =>
    `<?xml version="1.0" encoding="${encoding}"?>${text}`;
  test.each([
    ['UTF-8', bytesOf(declared('UTF-8'))],
    ['UTF-8 with a mark', bytesOf(`\ufeff${text}`)],
    ['UTF-8 without a declaration', bytesOf(text)],
    ['ISO-8859-1', latin(declared('ISO-8859-1'))],
    ['windows-1252', latin(declared('Windows-1252'))],
    ['cp1252', latin(declared('cp1252'))],
    ['iso-8859-1', latin(declared('iso-8859-1'))],
    ['ISO8859-1', latin(declared('ISO8859-1'))],
    ['ISO_8859-1', latin(declared('ISO_8859-1'))],
    ['ISO8859_15', latin(declared('ISO8859_15'))],
    ['Latin-1', latin(declared('Latin-1'))],
    ['ANSI', latin(declared('ANSI'))],
    ['cp949, where it is no Korean', latin(declared('cp949'))],
    ['UTF-8 that says Unicode', bytesOf(declared('unicode'))],
    ['Latin letters in would-be UTF-8', latin(declared('utf-8'))],
    ['UTF-16 LE with a mark', utf16(declared('utf-16'), 'le', true)],
    ['UTF-16 BE with a mark', utf16(declared('utf-16'), 'be', true)],
    ['UTF-16 LE without a mark', utf16(declared('UTF-16LE'), 'le', false)],
    ['UTF-16 BE without a mark', utf16(declared('UTF-16BE'), 'be', false)],
    ['UTF-8 that says UTF-16', bytesOf(declared('UTF-16'))],
  ])('%s', (_, bytes) => {
    const root = read(bytes);
    expect([textOf(root), attributeOf(root, 'a')]).toEqual(['M\u00fcller', '\u00fc']);
    expect(xmlRootOf(bytes)).toBe('n');
  });

  test('what is not known is refused', () => {
    expect(refusal(declared('EBCDIC-US'))).toMatch(/^charset-unsupported/);
    expect(refusal(declared('iso-8859-99'))).toMatch(/^charset-unsupported/);
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0))).toMatch(/^charset-unsupported/);
    expect(refusal(Uint8Array.of(0xff, 0xfe, 0x3c, 0, 0x00, 0xd8))).toMatch(/^encoding-broken/);
  });
});

describe('hostile documents are refused', () => {
  test('a document type that names a definition is passed over', () => {
    expect(read('<!DOCTYPE R SYSTEM "restecg.dtd"><R/>').name).toBe('R');
    expect(read(`<!DOCTYPE R PUBLIC '-//X//>' "http://192.0.2.1/x.dtd" [ ]><R/>`).name).toBe('R');
  });

  test('declarations of elements and attributes put nothing into the document', () => {
    const inside = `<!-- "%x;" --><!ELEMENT R (#PCDATA|a)*>
      <!ATTLIST R b CDATA #IMPLIED c (one|two) #REQUIRED>`;
    const document = `<!DOCTYPE R SYSTEM "r.dtd" [${inside}]><R c="one"/>`;
    expect(attributeOf(read(document), 'c')).toBe('one');
    expect(xmlRootOf(bytesOf(document))).toBe('R');
  });

  test('what a buffer leaves behind the root is no text', () => {
    expect(read('<a>1</a>\r\n\u001a').name).toBe('a');
    expect(read(`<a>1</a>${'\u0000'.repeat(4)}\n`).name).toBe('a');
    expect(refusal('<a>1</a>\u0000x')).toMatch(/^encoding-broken/);
    expect(refusal('<a>1\u0000')).toMatch(/^encoding-broken/);
    expect(refusal('\u0000<a/>')).toMatch(/^encoding-broken|^charset/);
  });

  test.each([
    ['an attribute with a default', '<!DOCTYPE l [<!ATTLIST l a CDATA "x">]><l/>'],
    ['a parameter entity in an element', '<!DOCTYPE l [<!ELEMENT l (%x;)>]><l/>'],
    ['an entity behind an element', '<!DOCTYPE l [<!ELEMENT l ANY><!ENTITY a "b">]><l/>'],
    ['declarations that do not end', '<!DOCTYPE l [<!ELEMENT l ANY>'],
    ['a notation', '<!DOCTYPE l [<!NOTATION n SYSTEM "n">]><l/>'],
    ['billion laughs', '<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>'],
    ['an external entity', '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'],
    ['a parameter entity', '<!DOCTYPE l [<!ENTITY % x SYSTEM "http://192.0.2.1/">%x;]><l/>'],
    ['an entity that nobody declared', '<l>&nbsp;</l>'],
    ['the same in an attribute', '<l a="&x;"/>'],
    ['a reference without an end', '<l>a & b</l>'],
    ['a character that is none', '<l>&#0;</l>'],
    ['half a pair', '<l>&#xD800;</l>'],
    ['a character beyond Unicode', '<l>&#x110000;</l>'],
    ['a document type after the root', '<l/><!DOCTYPE l SYSTEM "l.dtd">'],
    ['a document type inside the root', '<l><!DOCTYPE l SYSTEM "l.dtd"></l>'],
    ['an end tag of another element', '<a><b></a></b>'],
    ['an end tag with more', '<a></ab>'],
    ['an end tag alone', '</a>'],
    ['a document cut off', '<a><b></b>'],
    ['a tag cut off', '<a'],
    ['a comment cut off', '<a/><!-- '],
    ['CDATA cut off', '<a><![CDATA[x</a>'],
    ['two roots', '<a/><b/>'],
    ['junk behind the root', '<a/>junk'],
    ['junk before the root', 'junk<a/>'],
    ['nothing', ''],
    ['no element', '<?xml version="1.0"?>'],
    ['a < in an attribute', '<a b="<"/>'],
    ['an attribute that stands twice', '<a b="1" b="2"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['an attribute without a value', '<a b/>'],
    ['attributes without a blank', '<a b="1"c="2"/>'],
    ['a tag without a name', '<a>< b/></a>'],
    ['a declaration', '<a><!ELEMENT b></a>'],
  ])('%s', (_, text) => {
    expect(refusal(text)).toMatch(/^encoding-broken: /);
  });

  test.each([
    ['depth', '<a>'.repeat(XML_LIMITS.depthMax + 1)],
    ['elements', `<a>${'<b/>'.repeat(XML_LIMITS.elementsMax)}</a>`],
    ['text pieces', `<a>${'x<!---->'.repeat(XML_LIMITS.textPiecesMax + 1)}</a>`],
    [
      'attributes',
      `<a ${Array.from({ length: XML_LIMITS.attributesPerElementMax + 1 }, (_, i) => `b${i}=""`).join(' ')}/>`,
    ],
  ])('more than the bound of %s', (_, text) => {
    expect(refusal(text)).toMatch(/^message-too-large: /);
  });

  test('at each bound it is still read', () => {
    const { depthMax, elementsMax, nameBytesMax } = XML_LIMITS;
    expect(read('<a>'.repeat(depthMax) + '</a>'.repeat(depthMax)).name).toBe('a');
    expect(read(`<a>${'<b/>'.repeat(elementsMax - 1)}</a>`).children).toHaveLength(elementsMax - 1);
    expect(read(`<${'a'.repeat(nameBytesMax)}/>`).name).toHaveLength(nameBytesMax);
    expect(refusal(`<${'a'.repeat(nameBytesMax + 1)}/>`)).toMatch(/^encoding-broken: /);
    expect(refusal(new Uint8Array(XML_LIMITS.bytesMax + 1))).toMatch(/^message-too-large: /);
  });

  test('any bytes are a tree or a refusal', () => {
    const part = fc.constantFrom(
      ...['<', '>', '/', 'a', ' ', '"', '=', '&', ';', '#', '<a>', '</a>', '<!--', '-->', '\ufeff'],
      ...[
        '<![CDATA[',
        ']]>',
        '<?',
        '?>',
        '<!DOCTYPE',
        '[',
        ']',
        'encoding="utf-16"',
        '&lt;',
        '\u0000',
      ],
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const bytes = bytesOf(`<a>${parts.join('')}</a>`);
        const result = decodeXml(bytes);
        if (result.ok) for (const one of [result.value, ...result.value.children]) textOf(one);
        else expect(result.failure.class).toBe('permanent');
        xmlRootOf(bytes);
      }),
      { seed: 5, numRuns: 5000 },
    );
  });
});

describe('the root of a file', () => {
  test('is told from its beginning, behind comments and a document type', () => {
    const ending = `<b>${'x'.repeat(100_000)}</b>`;
    expect(xmlRootOf(bytesOf(`\n<!-- <x> --><!DOCTYPE q SYSTEM "a>b"><p:q r="1">${ending}`))).toBe(
      'q',
    );
    expect(xmlRootOf(bytesOf('<q'))).toBe('q');
    expect(xmlRootOf(bytesOf(`<!-- ${'x'.repeat(100_000)} --><q/>`))).toBe('q');
  });

  test('is told where the part that is looked at ends within a sign', () => {
    // In UTF-16 each of these signs takes four bytes, and one blank before them two.
    for (const before of ['', ' ']) {
      const text = `<q>${before}${'\u{1f493}'.repeat(100_000)}</q>`;
      expect(xmlRootOf(utf16(text, 'le', false))).toBe('q');
    }
  });

  test('is not there where there is no XML', () => {
    for (const text of [
      '',
      '<',
      'MSH|',
      '{}',
      '<!',
      '<!--',
      '<?xml',
      'a<b/>',
      '<1/>',
      '<!DOCTYPE a [',
    ]) {
      expect(xmlRootOf(bytesOf(text))).toBeNull();
    }
  });
});
