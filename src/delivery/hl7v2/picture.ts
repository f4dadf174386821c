import { toPng } from '../../drawing/png.js';
import type { Order } from '../destination.js';
import { toPage } from '../page.js';

/** Enough to read it on a screen, and a third of what print takes. */
const DOTS_PER_INCH = 96;

/** The ECG on its paper with what was found, without a word of who the patient is. */
export function toPicture({ ecg, assessment }: Order): Uint8Array {
  const page = toPage({ ecg: ecg.ecg, acquired: null }, assessment);
  return toPng(page, { dotsPerInch: DOTS_PER_INCH });
}
