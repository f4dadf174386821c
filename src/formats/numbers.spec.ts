import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scanNumbers, timesPowerOfTen, type NumberSyntax } from './numbers.js';

const HL7: NumberSyntax = { separator: 0x5e, exponent: 0, gapsAllowed: false, symbols: new Map() };
const FHIR: NumberSyntax = {
  separator: 0x20,
  exponent: 0,
  gapsAllowed: true,
  symbols: new Map([['E', -32768]]),
};

function scan(text: string, syntax: NumberSyntax = HL7): number[] | string {
  const bytes = Buffer.from(`<${text}>`, 'latin1');
  const result = scanNumbers(bytes, 1, bytes.length - 1, syntax);
  return result.ok ? [...result.value] : `${result.failure.code}: ${result.failure.detail}`;
}

describe('scanned numbers', () => {
  test.each([
    ['1^2^3', [1, 2, 3]],
    ['-1^+2^-0.5', [-1, 2, -0.5]],
    ['0.125^.5^5.', [0.125, 0.5, 5]],
    ['1e2^1.5E-1^-2e+0', [100, 0.15, -2]],
    [' 7 ^\t8', [7, 8]],
    ['1^2^', [1, 2]],
    ['1^2^^^', [1, 2]],
    ['', []],
    ['12345678901234567890', [12345678901234567890]],
    ['0.00000000000000012345', [1.2345e-16]],
  ])('%j are %j', (text, expected) => {
    expect(scan(text)).toEqual(expected);
  });

  test.each([
    ['1^^3', 1],
    ['^1', 0],
    ['1^NaN', 1],
    ['1^2^x', 2],
    ['1^-^3', 1],
    ['1^+', 1],
    ['1.2.3', 0],
    ['--1', 0],
    ['1-', 0],
    ['.', 0],
    ['1^0x10', 1],
    ['1^2~3', 1],
    ['Infinity', 0],
    ['1e9999', 0],
    ['1e999', 0],
    [`1^${'9'.repeat(50)}`, 1],
    ['1^""', 1],
  ])('%j is refused at number %i', (text, index) => {
    expect(scan(text)).toBe(`sample-not-a-number: sample ${index} is not a number`);
  });

  test('a list may have wide gaps and words for numbers', () => {
    expect(scan(' 1   2 E  -3 ', FHIR)).toEqual([1, 2, -32768, -3]);
    expect(scan('1 X', FHIR)).toContain('sample 1');
  });

  test('a power of ten is applied to the digits, so that halves stay halves', () => {
    // 1.0005 mV is 1000.5 uV; 1.0005 * 1000 in doubles is 1000.4999999999999.
    expect(scan('1.0005^-1.0005^2', { ...HL7, exponent: 3 })).toEqual([1000.5, -1000.5, 2000]);
    expect(scan('1.0005e0', { ...HL7, exponent: 3 })).toEqual([1000.5]);
    expect(timesPowerOfTen(1.0005, 3)).toBe(1000.5);
    expect(timesPowerOfTen(-2.5e-7, 6)).toBe(-0.25);
  });

  test('every decimal number is read as JavaScript reads it', () => {
    const decimal = fc
      .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(12))
      .map(([digits, places]) => (digits / 10 ** places).toFixed(places));
    fc.assert(
      fc.property(fc.array(decimal, { minLength: 1, maxLength: 50 }), (numbers) => {
        expect(scan(numbers.join('^'))).toEqual(numbers.map(Number));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('whole numbers between others are read as JavaScript reads them, however short', () => {
    const whole = fc.integer({ min: -1_200_000, max: 1_200_000 }).map(String);
    const other = fc.constantFrom('1.5', '+7', '-0.25', '1e2', '1234567890', '-99999', '5');
    fc.assert(
      fc.property(fc.array(fc.oneof(whole, whole, other), { maxLength: 60 }), (numbers) => {
        expect(scan(numbers.join('^'))).toEqual(numbers.map(Number));
        const thousandfold = numbers.map((one) => Number(`${Number(one)}e3`));
        expect(scan(numbers.join('^'), { ...HL7, exponent: 3 })).toEqual(thousandfold);
      }),
      { seed: 7, numRuns: 500 },
    );
    expect(scan(Array<string>(3000).fill('5').join('^'))).toEqual(Array<number>(3000).fill(5));
  });

  test('any bytes end as numbers or as a named refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const syntax of [HL7, FHIR]) {
          const result = scanNumbers(bytes, 0, bytes.length, syntax);
          if (result.ok) expect(result.value.every(Number.isFinite)).toBe(true);
          else expect(result.failure.code).toBe('sample-not-a-number');
        }
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
