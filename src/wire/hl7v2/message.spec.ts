import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMessage, type Message } from './message.js';
import type { Segment } from './segment.js';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const MSH = 'MSH|^~\\&|CART|ED|LEADWIRE|HOSP|20260101||ORU^R01^ORU_R01|M1|P|2.6|||NE|AL||';

function parsed(text: string | Uint8Array): Message {
  const result = parseMessage(typeof text === 'string' ? latin1(text) : text);
  if (!result.ok) throw new Error(result.failure.code);
  return result.value;
}

function segmentOf(message: Message, id: string, ordinal = 1): Segment {
  const found = message.segments.find((one) => one.id === id && one.ordinal === ordinal);
  if (!found) throw new Error(`${id}[${ordinal}] is not there`);
  return found;
}

function codeOf(text: string): string {
  const result = parseMessage(latin1(text));
  return result.ok ? 'ok' : `${result.failure.code} ${result.failure.location ?? ''}`.trim();
}

describe('HL7 v2 message', () => {
  test('segments and fields are found whatever ends a segment', () => {
    for (const end of ['\r', '\n', '\r\n']) {
      for (const last of ['', end]) {
        const message = parsed([MSH, 'PID|1||A^^^X', 'PV1|1|E'].join(end) + last);
        expect(message.segments.map((one) => one.id)).toEqual(['MSH', 'PID', 'PV1']);
        expect(segmentOf(message, 'PV1').field(2).text()).toBe('E');
      }
    }
  });

  test('the frame of the wire around a stored message is no part of it', () => {
    const message = parsed(`\u000b${MSH}\rOBX|1|NA|131329||1^2^3\r\u001c\r`);
    expect(segmentOf(message, 'OBX').field(5).text()).toBe('1^2^3');
  });

  test.each([
    ['three capitals that end a value', 'QUJDRE\rVGR', '', true],
    ['three capitals that end a field', 'QUJDRE\rVGR', '||||||F', true],
    ['three digits amid the value', 'QUJDR\rEVG\rR1FR', '||||||F', true],
    ['a segment of our own behind a value that is whole', 'QUJD', '\rZAB|1', false],
    ['a segment of our own behind digits that could end', 'QUJDRE', '\rZAB', false],
    ['a note behind digits that could end', 'QUJDREU', '\rNTE', false],
    ['any segment behind a field that ended', 'QUJDRE', '|mV\rQAK', false],
  ])('%s: base64 or a segment', (_, data, behind, isValue) => {
    const message = parsed(`${MSH}\rOBX|1|ED|1^ECG||^A^B^Base64^${data}${behind}\rOBX|2\r`);
    const found = message.segments.map(({ id }) => id).join(' ');
    expect(found).toBe(
      isValue ? 'MSH OBX OBX' : `MSH OBX ${behind.slice(-6).match(/[A-Z]{3}/)?.[0]} OBX`,
    );
    if (!isValue) return;
    const value = segmentOf(message, 'OBX').field(5).component(5).text();
    expect(value.replace(/\s/g, '')).toBe(data.replace('\r', '').replace('\r', ''));
  });

  test('MSH counts its separator as its first field', () => {
    const message = parsed(MSH);
    expect(segmentOf(message, 'MSH').field(3).text()).toBe('CART');
    expect(message.header.field(1)).toBe('|');
    expect(message.header.field(10)).toBe('M1');
    expect(message.header.component(9, 2)).toBe('R01');
    expect(message.header.field(16)).toBe('AL');
    expect(message.header.field(21)).toBe('');
  });

  test('repetitions, components and subcomponents are found in any order of asking', () => {
    const pid = segmentOf(parsed(`${MSH}\rPID|||1^^^A&1.2.3&ISO^MR~2^^^B||Doe&van^Jane\r`), 'PID');
    expect(pid.field(5).component(1).subcomponent(2).text()).toBe('van');
    expect(pid.field(3).component(4).subcomponent(2).text()).toBe('1.2.3');
    expect(
      pid
        .field(3)
        .repetitions()
        .map((one) => one.component(4).component(1).text()),
    ).toEqual(['A&1.2.3&ISO', 'B']);
    expect(pid.field(3).component(9).empty).toBe(true);
    expect(pid.field(40).empty).toBe(true);
    expect(pid.field(1).text()).toBe('');
  });

  test('delimiters are the ones that the message names', () => {
    const message = parsed('MSH#!*@%#CART#ED#A#B###ORU!R01#7#P#2.5\rPID###1!!!X%1.2%ISO*2');
    const field = segmentOf(message, 'PID').field(3);
    expect(field.repetitions()).toHaveLength(2);
    expect(field.component(4).subcomponent(3).text()).toBe('ISO');
  });

  test('escape sequences become what they stand for', () => {
    const obx = (value: string): string =>
      segmentOf(parsed(`${MSH}UNICODE UTF-8\rOBX|1|TX|||${value}\r`), 'OBX')
        .field(5)
        .text();
    expect(obx('a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f')).toBe('a|b^c&d~e\\f');
    expect(obx('M\\XC3BC\\ller\\.br\\x')).toBe('Müller\nx');
    expect(obx('\\H\\bold\\N\\')).toBe('bold');
    expect(obx('5\\6 and \\E\\')).toBe('5\\6 and \\');
    expect(obx('lone \\ sign')).toBe('lone \\ sign');
    expect(obx('\\Xzz\\')).toBe('\\Xzz\\');
    expect(obx('""')).toBe('');
    expect(obx('a\\X00\\b\x01c')).toBe('abc');
  });

  test('a line end inside a value belongs to the value', () => {
    const message = parsed(`${MSH}\rOBX|1|ED|||x^AAAA\r\nBBBB\r\nCC==^z|u\rOBX|2|ST|||next\r`);
    expect(segmentOf(message, 'OBX').field(6).text()).toBe('u');
    expect(segmentOf(message, 'OBX').field(5).text()).toContain('CC==');
    expect(segmentOf(message, 'OBX', 2).field(5).text()).toBe('next');
  });

  test('a byte-order mark and blank lines before the header are passed over', () => {
    expect(parsed(`\xef\xbb\xbf\r\n${MSH}\rPID|1`).segments).toHaveLength(2);
  });

  test.each([
    ['8859/1', Buffer.from('M\xfcller', 'latin1')],
    ['UNICODE UTF-8', Buffer.from('Müller', 'utf8')],
    ['UNICODE', Buffer.from('Müller', 'utf8')],
    ['', Buffer.from('Müller', 'utf8')],
    ['ASCII', Buffer.from('M\xfcller', 'latin1')],
    ['8859/15~UNICODE', Buffer.from('M\xfcller', 'latin1')],
    ['8859/2', Buffer.from('M\xfcller', 'latin1')],
  ])('names are read in the character set %p', (charset, name) => {
    const bytes = Buffer.concat([latin1(`${MSH}${charset}\rPID|||||`), name, latin1('^Jo\r')]);
    expect(segmentOf(parsed(bytes), 'PID').field(5).component(1).text()).toBe('Müller');
  });

  test('a GB 18030 sign whose second byte looks like a delimiter cuts nothing', () => {
    // 0x81 0x5E and 0x81 0x7C are one sign each; their second bytes read "^" and "|" in ASCII.
    const bytes = Buffer.concat([
      latin1(`${MSH}GB 18030-2000\rPID|||1||`),
      Buffer.from([0x81, 0x5e, 0x81, 0x7c]),
      latin1('^B|after\r'),
    ]);
    const pid = segmentOf(parsed(bytes), 'PID');
    expect(pid.field(5).component(1).text()).toHaveLength(2);
    expect(pid.field(5).component(2).text()).toBe('B');
    expect(pid.field(6).text()).toBe('after');
  });

  test('a header that cannot be used is refused by name', () => {
    expect(codeOf('')).toBe('no-header');
    expect(codeOf('PID|1||A')).toBe('no-header');
    expect(codeOf('MSH')).toBe('no-header');
    expect(codeOf('MSHA^~\\&|')).toBe('no-header');
    expect(codeOf('MSH||CART')).toBe('message-malformed MSH[1].2');
    expect(codeOf('MSH|^^\\&|CART')).toBe('message-malformed MSH[1].2');
    expect(codeOf(MSH.replace('2.6', '2.2'))).toBe('version-unsupported MSH[1].12');
    expect(codeOf(MSH.replace('2.6', ''))).toBe('version-unsupported MSH[1].12');
    expect(codeOf(`${MSH}ISO IR87`)).toBe('charset-unsupported MSH[1].18');
    expect(codeOf(MSH.replace('M1', 'x'.repeat(300)))).toBe('message-malformed MSH[1].10');
    expect(codeOf(`${MSH}\r${'ZZZ\r'.repeat(20_001)}`)).toBe('message-malformed');
  });

  test('every supported version is taken', () => {
    for (const version of ['2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8', '2.8^DEU']) {
      expect(codeOf(MSH.replace('2.6', version))).toBe('ok');
    }
  });

  test('anything ends as a message or a named refusal, and every field can be asked for', () => {
    const text = `${MSH}\rPID|1||5^^^A&1&ISO^MR~6||D^J\rOBX|1|NA|131329^I|1.1|1^2^3|u\r`;
    const mutated = fc
      .tuple(fc.array(fc.tuple(fc.nat(text.length), fc.nat(255)), { maxLength: 8 }), fc.nat(200))
      .map(([changes, cut]) => {
        const bytes = latin1(text).slice(0, text.length - (cut > 100 ? cut - 100 : 0));
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const result = parseMessage(bytes);
        if (!result.ok) return;
        for (const segment of result.value.segments) {
          for (let n = 1; n < 8; n += 1) {
            for (const part of segment.field(n).repetitions()) {
              expect(typeof part.component(4).subcomponent(2).text()).toBe('string');
            }
          }
        }
      }),
      { seed: 5, numRuns: 2000 },
    );
  });

  test('a message made to be searched again and again costs time in proportion to its length', () => {
    const hostile = `${MSH}\r${'OBX\r'.repeat(19_000)}ZZZ|${'x'.repeat(4_000_000)}`;
    const before = process.cpuUsage();
    const message = parsed(hostile);
    for (const segment of message.segments) if (segment.id === 'OBX') segment.field(5).text();
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1);
  });
});
