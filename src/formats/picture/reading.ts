import type { Ecg } from '../../core/ecg/ecg.js';
import type { PageNote } from '../../core/ecg/page-note.js';
import type { Reading } from '../../core/ecg/reading.js';
import type { PictureKind } from './kind.js';
import { PICTURE_FORMAT } from './picture.js';

/**
 * What a page says. Names and numbers that are written on it are not read: whose ECG it is, and of
 * when, is what the message around it or the person who sends it says.
 */
export function pictureReading(kind: PictureKind, ecg: Ecg, page: PageNote): Reading {
  return Object.freeze({
    ecg,
    format: `${PICTURE_FORMAT}-${kind}`,
    patient: null,
    encounter: null,
    order: null,
    acquired: null,
    birthDate: null,
    status: 'final',
    vendorStatements: Object.freeze([]),
    vendorMeasurements: null,
    page: Object.freeze(page),
  });
}
