import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Pixels } from '../core/image/raster.js';
import { ok, refuse, type Result } from '../core/failure.js';
import { PICTURE_LIMITS } from '../formats/picture/limits.js';
import { pixelsOf, whiteCanvas } from './bitmap.js';
import { PDF_DOTS_PER_INCH, PDF_PAGES_LOOKED_AT, SHOWN_PIXELS_MAX } from './limits.js';

const POINTS_PER_INCH = 72;
const PARTS = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const part = (name: string): string => `${join(PARTS, name)}${sep}`;

/** The first pages of a PDF, each drawn when it is asked for. */
export interface PdfPages {
  readonly count: number;
  draw(index: number): Promise<Result<Pixels>>;
}

/** Nothing is fetched: fonts and tables of characters lie beside the package. */
export async function openPdf(bytes: Uint8Array): Promise<Result<PdfPages>> {
  const opening = getDocument({
    // It keeps what it is given, and takes no Buffer.
    data: new Uint8Array(bytes),
    standardFontDataUrl: part('standard_fonts'),
    cMapUrl: part('cmaps'),
    cMapPacked: true,
    wasmUrl: part('wasm'),
    iccUrl: part('iccs'),
    maxImageSize: PICTURE_LIMITS.pixelsMax,
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: false,
    disableFontFace: true,
    verbosity: 0,
  });
  let document: PDFDocumentProxy;
  try {
    document = await opening.promise;
  } catch (error) {
    return error instanceof Error && error.name === 'PasswordException'
      ? refuse('pdf-encrypted', 'the PDF is locked with a password: save it without one')
      : refuse('pdf-broken', 'the PDF is damaged and cannot be opened');
  }
  const { numPages } = document;
  const { pdfPagesMax } = PICTURE_LIMITS;
  if (numPages > pdfPagesMax) {
    const detail = `the PDF has ${numPages} pages, at most ${pdfPagesMax} are taken: send the page with the ECG`;
    return refuse('pdf-too-long', detail);
  }
  return ok({
    count: Math.min(numPages, PDF_PAGES_LOOKED_AT),
    draw: (index) => drawPage(document, index),
  });
}

async function drawPage(document: PDFDocumentProxy, index: number): Promise<Result<Pixels>> {
  try {
    const page = await document.getPage(index + 1);
    const { width, height } = page.getViewport({ scale: 1 });
    const scale = Math.min(
      PDF_DOTS_PER_INCH / POINTS_PER_INCH,
      Math.sqrt(SHOWN_PIXELS_MAX / (width * height)),
    );
    if (!(scale > 0) || !Number.isFinite(scale)) {
      return refuse('pdf-broken', `page ${index + 1} of the PDF has no size`);
    }
    const viewport = page.getViewport({ scale });
    const canvas = whiteCanvas(viewport.width, viewport.height);
    // The package draws on any canvas, though its types know the browser's alone.
    await page.render({ canvas: canvas as never, viewport }).promise;
    page.cleanup();
    return ok(pixelsOf(canvas));
  } catch {
    return refuse('pdf-broken', `page ${index + 1} of the PDF is damaged and cannot be drawn`);
  }
}
