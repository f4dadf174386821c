import { describe, expect, test } from '@jest/globals';
import { toPdf } from '../../../test/support/pdf.js';
import { blankPage, pngClaiming, toJpeg } from '../../../test/support/pictures.js';
import { decodeFile } from '../files.js';
import { pictureKind } from './kind.js';
import { PICTURE_LIMITS } from './limits.js';
import { checkPicture } from './picture.js';

const jpeg = toJpeg(blankPage(40, 30));
const png = pngClaiming(40, 30);
const pdf = toPdf([{}]);

function codeOf(bytes: Uint8Array): string {
  const kind = pictureKind(bytes);
  if (kind === null) return 'no picture';
  const checked = checkPicture({ kind, bytes });
  return checked.ok ? `whole ${kind}` : checked.failure.code;
}

/** The bytes with others in the place of some. */
function changed(bytes: Uint8Array, at: number, ...by: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(by, at);
  return copy;
}

/** Where in a JPEG its frame says its size. */
const frameAt = jpeg.findIndex(
  (byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0 && jpeg[i + 2] === 0,
);

describe('what the bytes of a picture say of it', () => {
  test('is its kind, whatever it is called', () => {
    expect([jpeg, png, pdf].map(codeOf)).toEqual(['whole jpeg', 'whole png', 'whole pdf']);
    expect(codeOf(Buffer.concat([Buffer.from('@PJL\r\n'), pdf]))).toBe('whole pdf');
    expect(codeOf(Buffer.from('MSH|^~\\&|'))).toBe('no picture');
  });

  test('is whether it is whole', () => {
    for (const [name, bytes] of [
      ['jpeg', jpeg],
      ['png', png],
    ] as const) {
      for (let share = 0.2; share < 1; share += 0.1) {
        const cut = bytes.slice(0, Math.floor(bytes.length * share));
        expect([name, share, codeOf(cut)]).toEqual([name, share, 'picture-broken']);
      }
    }
    expect(codeOf(pngClaiming(0, 30))).toBe('picture-broken');
  });

  test('is how large it is, before anything of it is unpacked', () => {
    expect(codeOf(pngClaiming(8_000, 5_000))).toBe('whole png');
    expect(codeOf(pngClaiming(8_000, 5_001))).toBe('picture-too-large');
    expect(codeOf(pngClaiming(20_001, 1))).toBe('picture-too-large');
    expect(codeOf(pngClaiming(2 ** 32 - 1, 2 ** 32 - 1))).toBe('picture-too-large');
    expect(codeOf(changed(jpeg, frameAt + 5, 0x27, 0x10, 0x17, 0x70))).toBe('picture-too-large');
    const long = new Uint8Array(PICTURE_LIMITS.bytesMax + 1);
    long.set(pdf);
    expect(codeOf(long)).toBe('picture-too-large');
  });

  test('is how often a JPEG goes over all of its picture', () => {
    const scanAt = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xda);
    const scan = jpeg.slice(scanAt, -2);
    const passes = (count: number): Uint8Array =>
      Buffer.concat([
        jpeg.slice(0, scanAt),
        ...Array.from({ length: count }, () => scan),
        jpeg.slice(-2),
      ]);
    expect(codeOf(passes(PICTURE_LIMITS.jpegScansMax))).toBe('whole jpeg');
    expect(codeOf(passes(PICTURE_LIMITS.jpegScansMax + 1))).toBe('picture-too-large');
  });

  test('is that it moves, or is of a kind that nothing here unpacks', () => {
    expect(codeOf(pngClaiming(40, 30, ['acTL']))).toBe('encoding-unknown');
    expect(codeOf(changed(jpeg, frameAt + 1, 0xc3))).toBe('encoding-unknown');
  });

  test('where pictures are not read, they are refused by a name', () => {
    expect(decodeFile(jpeg)).toMatchObject({
      ok: false,
      failure: { code: 'encoding-unknown', detail: 'pictures are not read here' },
    });
  });
});
