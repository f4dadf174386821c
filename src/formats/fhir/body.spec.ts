import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { member, type Json } from '../json.js';
import { parseBody } from './body.js';

/** The body, every `data` that was cut out put back as the text it stands for. */
function whole(text: string | Uint8Array): Json {
  const body = parseBody(Buffer.from(text as string));
  if (!body.ok) return body.failure.code;
  const filled = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]: [string, Json]) => {
        const long = name === 'data' && typeof one !== 'object' ? body.value.longText(one) : null;
        return [
          name,
          long ? Buffer.from(long.bytes.subarray(long.start, long.end)).toString() : filled(one),
        ];
      }),
    );
  };
  return filled(body.value.json);
}

describe('a body of which the long texts stay where they are', () => {
  test('is what JSON.parse makes of it', () => {
    const texts = [
      '{"data":"1 2 3","more":[{"data" :\n "4"},{"data":""}],"x":"data"}',
      '{"a":"\\"data\\":","data":"5","b":"\\\\"}',
      '{"data":"first","data":"second"}',
      '{"x":["data","data"],"data":"é"}',
      '\ufeff{"data":"1"}',
      '{"\u00e4":"\u00fc","data":"1","z":"\u{1f642}"}',
    ];
    for (const text of texts) {
      expect(whole(text)).toEqual(JSON.parse(text.replace('\ufeff', '')));
    }
  });

  test('no number of the sender stands for a text of the body', () => {
    expect(whole('{"data":0,"other":{"data":"1 2"}}')).toEqual({ data: 0, other: { data: '1 2' } });
    expect(whole('{"d\\u0061ta":0,"other":{"data":"1 2"}}')).toEqual({
      data: 0,
      other: { data: '1 2' },
    });
    const body = parseBody(Buffer.from('{"value":0,"data":"1 2"}'));
    expect(body.ok && body.value.longText(member(body.value.json, 'data'))).toMatchObject({
      start: 19,
      end: 22,
    });
    expect(body.ok && body.value.longText(7)).toBeNull();
  });

  test('a text with escapes is read by JSON.parse', () => {
    expect(whole('{"data":"1\\u0020\\/2","x":{"data":"3"}}')).toEqual({
      data: '1 /2',
      x: { data: '3' },
    });
  });

  test('any JSON with any number of such names comes out as it went in', () => {
    const values = fc.jsonValue({ maxDepth: 3 });
    const body = fc.record({
      data: values,
      a: values,
      'da"ta': values,
      b: fc.record({ data: fc.string() }),
    });
    fc.assert(
      fc.property(body, fc.boolean(), (value, spaced) => {
        const text = JSON.stringify(value, null, spaced ? 2 : 0);
        const again = JSON.stringify(whole(text));
        // Line ends and tabs inside a text are blanks to whoever reads numbers or base64.
        expect(again.replace(/\\[rnt]/g, ' ')).toBe(
          JSON.stringify(JSON.parse(text)).replace(/\\[rnt]/g, ' '),
        );
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  test('what is no JSON is refused', () => {
    for (const text of [
      '{"data":"1',
      '{"data":"1"',
      '{"data":"1"}}',
      '{"data":"1"x}',
      '"',
      '{"data"',
    ]) {
      expect(whole(text)).toBe('encoding-broken');
    }
    expect(whole(Buffer.from('{"data":"1","x":"\xff"}', 'latin1'))).toBe('encoding-broken');
  });
});
