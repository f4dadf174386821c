import { expect, test } from '@jest/globals';
import { DECODED_BYTES_MAX, decodedLines, LINES_MAX, PIECE_CHARACTERS_MAX } from './decoded.js';

const linesOf = (text: string) => decodedLines(Buffer.from(text));

test('HL7 is a segment a line, its waveforms cut with their length', () => {
  const waveform = '1^2^'.repeat(1_000);
  const [first, second, ...more] = linesOf(`MSH|^~\\&|CART|ED\rOBX|1|NA|I||${waveform}|uV\r`);
  expect(first).toBe('MSH|^~\\&|CART|ED');
  expect(second).toBe(
    `OBX|1|NA|I||${waveform.slice(0, PIECE_CHARACTERS_MAX)}… (4000 characters)|uV`,
  );
  expect(more).toEqual([]);
});

test('JSON is indented, broken JSON is shown as it came', () => {
  expect(linesOf('{"a":{"b":[1]}}')).toEqual([
    '{',
    '  "a": {',
    '    "b": [',
    '      1',
    '    ]',
    '  }',
    '}',
  ]);
  expect(linesOf('{"a":')).toEqual(['{"a":']);
});

test('XML is indented by its brackets, a fragment too', () => {
  expect(linesOf('<?xml version="1.0"?><a x="1"><b/>text</a></c>')).toEqual([
    '<?xml version="1.0"?>',
    '<a x="1">',
    '  <b/>',
    '  text',
    '</a>',
    '</c>',
  ]);
});

test('what is no text is counted and not shown; old letters are read one by one', () => {
  expect(decodedLines(Buffer.from([0x53, 0, 0x50]))).toEqual(['3 bytes that are no text']);
  expect(decodedLines(Buffer.from('MSH|M\xfcller\r', 'latin1'))).toEqual(['MSH|Müller']);
});

test('lines, their length and the bytes looked at are bounded', () => {
  const many = linesOf('PID|1\n'.repeat(LINES_MAX + 5).replace('PID', 'MSH'));
  expect(many).toHaveLength(LINES_MAX + 1);
  expect(many.at(-1)).toBe('… and 5 more lines');
  const long = linesOf('x'.repeat(DECODED_BYTES_MAX + 10));
  expect(long.at(-1)).toBe(`… of ${DECODED_BYTES_MAX + 10} bytes in all`);
  expect(long[0]?.length).toBeLessThan(2_100);
  expect(linesOf('<a>'.repeat(100_000)).length).toBeLessThan(LINES_MAX + 2);
});
