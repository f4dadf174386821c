import { packWaveform } from '../core/ecg/pack.js';
import type { PageNote } from '../core/ecg/page-note.js';
import { ok, refuse, type Failure, type Result } from '../core/failure.js';
import { readPage, type PageReading } from '../core/image/read/page.js';
import { checkPicture } from '../formats/picture/picture.js';
import type { Picture } from '../formats/picture/kind.js';
import { bitmapOf } from './bitmap.js';
import type { PictureFound } from './messages.js';
import { openPdf } from './pdf.js';

/** From the bytes of a picture to the ECG on it. Heavy and on hostile bytes: see the process. */
export async function readPicture(picture: Picture): Promise<PictureFound> {
  const checked = checkPicture(picture);
  const read = checked.ok ? await pageIn(picture) : checked;
  if (!read.ok) return { found: false, code: read.failure.code, detail: read.failure.detail };
  const { ecg } = read.value;
  const { sampleRateHz, patient, device, filters } = ecg;
  return {
    found: true,
    ecg: { waveform: packWaveform(ecg), beside: { sampleRateHz, patient, device, filters } },
    page: noteOf(read.value),
  };
}

async function pageIn({ kind, bytes }: Picture): Promise<Result<PageReading>> {
  if (kind === 'pdf') return pageOfPdf(bytes);
  const pixels = await bitmapOf(bytes);
  return pixels.ok ? readPage(pixels.value) : pixels;
}

/** Of two pages with an ECG nobody says which is meant. */
async function pageOfPdf(bytes: Uint8Array): Promise<Result<PageReading>> {
  const pages = await openPdf(bytes);
  if (!pages.ok) return pages;
  let found: { readonly reading: PageReading; readonly page: number } | null = null;
  let why: Failure | null = null;
  for (let index = 0; index < pages.value.count; index += 1) {
    const pixels = await pages.value.draw(index);
    const read = pixels.ok ? readPage(pixels.value) : pixels;
    if (!read.ok) {
      why ??= read.failure;
    } else if (found) {
      const detail = `pages ${found.page} and ${index + 1} of the PDF show an ECG each: send one`;
      return refuse('lead-doubled', detail);
    } else {
      found = { reading: read.value, page: index + 1 };
    }
  }
  if (found) return ok(found.reading);
  return why ? { ok: false, failure: why } : refuse('pdf-broken', 'the PDF has no page');
}

function noteOf(reading: PageReading): PageNote {
  const { layout, rhythmLead, speedMmPerS, gainMmPerMv, scaleFrom, traces } = reading;
  const [first, ...others] = traces;
  const least = others.reduce(
    (least, one) => (least && one.confidence < least.confidence ? one : least),
    first,
  );
  return {
    layout,
    rhythmLead,
    speedMmPerS,
    gainMmPerMv,
    scaleFrom,
    leastSureLead: least?.lead ?? '',
    confidence: least?.confidence ?? 0,
  };
}
