import { FAILURE_CODES, type Result } from '../../src/core/failure.js';
import type { Reading } from '../../src/core/ecg/reading.js';
import { silentLog } from '../../src/core/log.js';
import { encodePng } from '../../src/drawing/png.js';
import { pictureKind, type Picture } from '../../src/formats/picture/kind.js';
import { checkPicture } from '../../src/formats/picture/picture.js';
import { createPictureReader } from '../../src/pictures/reader.js';
import { READING_PROCESS } from '../../src/pictures/slot.js';
import { createRandom } from '../../src/sandbox/random.js';
import { toPdf } from '../support/pdf.js';
import { petPhoto, toJpeg } from '../support/pictures.js';
import type { FuzzOptions } from './frames.js';
import { mutated } from './mutate.js';

export interface PictureFuzzReport {
  readonly sent: number;
  /** How often each code was the answer; a reading counts as `read`. */
  readonly answers: Readonly<Record<string, number>>;
  /** What no bytes may cause, with the number of the mutation that did. */
  readonly faults: readonly string[];
  /** Processes that a mutation ended, each of which was replaced. */
  readonly ended: number;
  readonly slowestMs: number;
}

const LOADER = new URL('../support/ts-loader.js', import.meta.url).href;
/** Small, so that the time goes into what unpacks and not into what looks for paper. */
function originals(): readonly Uint8Array[] {
  const picture = petPhoto(120, 90);
  const jpeg = toJpeg(picture);
  const scan = { jpeg: { bytes: jpeg, width: picture.width, height: picture.height } };
  const drawn = { content: Buffer.from('0.4 g 10 10 300 90 re f 1 0 0 RG 5 5 m 200 300 l S') };
  const pdf = toPdf([drawn, scan], { widthPoints: 120, heightPoints: 90 });
  return [jpeg, encodePng(picture, 6000), pdf];
}

/** Mutated pictures through the reading process: a reading or a named refusal, and it lives on. */
export async function fuzzPictures({ count, seed }: FuzzOptions): Promise<PictureFuzzReport> {
  const random = createRandom(seed);
  const files = originals();
  let ended = 0;
  const reader = createPictureReader({
    log: (event, fields) => {
      silentLog(event, fields);
      ended += 1;
    },
    program: { ...READING_PROCESS, execArgv: ['--import', LOADER] },
  });
  const answers: Record<string, number> = {};
  const faults: string[] = [];
  let slowestMs = 0;
  for (let number = 0; number < count; number += 1) {
    const bytes = new Uint8Array(mutated(Buffer.from(files[number % files.length] ?? ''), random));
    const kind = pictureKind(bytes);
    const startedMs = performance.now();
    const answer = kind === null ? 'no picture' : await answered({ kind, bytes });
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    answers[answer] = (answers[answer] ?? 0) + 1;
    const isNamed = ['read', 'no picture', ...FAILURE_CODES].includes(answer);
    if (!isNamed || answer === 'picture-too-slow') faults.push(`mutation ${number}: ${answer}`);
  }
  await reader.close();
  return { sent: count, answers, faults, ended, slowestMs };

  async function answered(picture: Picture): Promise<string> {
    const checked = checkPicture(picture);
    const result: Result<Reading | null> = checked.ok ? await reader.read(picture) : checked;
    if (!result.ok) return result.failure.code;
    return result.value === null ? 'nothing' : 'read';
  }
}
