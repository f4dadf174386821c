import type { AcquisitionFilters, Ecg } from '../ecg/ecg.js';
import type { WrittenTime } from '../ecg/reading.js';
import { wrapText } from './lettering.js';
import { line, type Mark } from './page.js';
import { GRID_BOTTOM_MM, PAPER, type DrawOptions, type Layout } from './paper.js';
import { textAt, textUpTo } from './writing.js';

export const DISCLAIMER = 'Not a cleared medical device. For evaluation.';

const LEFT_MM = PAPER.gridLeftMm;
const RIGHT_MM = PAPER.gridLeftMm + PAPER.gridWidthMm;
export const HEADER_FIRST_MM = 11;
export const HEADER_STEP_MM = 4.3;
export const HEADER_LINES_MAX = 6;
const WIDTH_MM = 128;
const TITLE_SIZE_MM = 4.6;
const SIZE_MM = 3.3;
const PATIENT_LINES_MAX = 2;

export const PAGE_TITLE = '12-lead ECG';

/** What is known of the recording. What is not known is said, never left to be guessed. */
export function headerMarks(ecg: Ecg, options: DrawOptions): readonly Mark[] {
  const title = textAt(PAGE_TITLE, LEFT_MM, HEADER_FIRST_MM, { sizeMm: TITLE_SIZE_MM, bold: true });
  const patient = (options.patientLines ?? []).slice(0, PATIENT_LINES_MAX);
  const facts = [timeText(options), rateText(options), deviceText(ecg)];
  const lines = [...patient, ...facts.filter((text) => text !== null)];
  return [
    title,
    ...lines
      .slice(0, HEADER_LINES_MAX - 1)
      .map((text, i) =>
        textAt(
          text,
          LEFT_MM,
          HEADER_FIRST_MM + (i + 1) * HEADER_STEP_MM,
          { sizeMm: SIZE_MM, bold: i < patient.length },
          WIDTH_MM,
        ),
      ),
  ];
}

function timeText({ acquired = null, zone = null }: DrawOptions): string {
  if (acquired === null) return 'Time of recording not known';
  const civil = acquired.local.slice(0, 19).replace('T', ' ');
  return `Recorded ${civil} ${zoneText(acquired, zone)}`;
}

function zoneText({ offsetMinutes }: WrittenTime, zone: string | null): string {
  if (offsetMinutes === null) return zone === null ? '(zone not known)' : `(${zone})`;
  const minutes = Math.abs(offsetMinutes);
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `UTC${offsetMinutes < 0 ? '−' : '+'}${hour ?? ''}:${minute ?? ''}`;
}

function rateText({ rateBpm }: DrawOptions): string | null {
  if (rateBpm === undefined) return null;
  const isKnown = rateBpm !== null && Number.isFinite(rateBpm);
  return isKnown ? `Heart rate ${Math.round(rateBpm)}/min` : 'Heart rate not measured';
}

function deviceText({ device }: Ecg): string {
  const names = [device?.manufacturer, device?.model].filter((name) => name);
  return names.length === 0 ? 'Recorder not known' : `Recorder ${names.join(' ')}`;
}

const FOOTER_FIRST_MM = GRID_BOTTOM_MM + 4.8;
const NOTES_MM = GRID_BOTTOM_MM + 9;
const NOTE_STEP_MM = 3.4;
const NOTE_SIZE_MM = 2.7;
const NOTE_LINES_MAX = 2;
/** Some viewers of SVG take a wider font and do not squeeze it. */
const NOTE_WIDTH_MM = 0.9 * PAPER.gridWidthMm;
const FOOTER_LEFT_WIDTH_MM = 190;

/** The scale, the seconds shown and what this page is not. */
export function footerMarks(ecg: Ecg, layout: Layout, notes: readonly string[]): readonly Mark[] {
  const style = { sizeMm: SIZE_MM };
  const small = { sizeMm: NOTE_SIZE_MM, bold: false };
  const lines = wrapText(notes.join(' '), small, NOTE_WIDTH_MM, NOTE_LINES_MAX);
  const scale = [
    `${layout.speedMmPerSecond} mm/s`,
    `${layout.gainMmPerMillivolt} mm/mV`,
    filterText(ecg.filters),
    `${Math.round(ecg.sampleRateHz)} Hz`,
    shownText(layout),
  ].join('  ·  ');
  return [
    textAt(scale, LEFT_MM, FOOTER_FIRST_MM, style, FOOTER_LEFT_WIDTH_MM),
    textUpTo(DISCLAIMER, RIGHT_MM, FOOTER_FIRST_MM, { sizeMm: SIZE_MM, bold: true }),
    ...lines.map((text, i) => textAt(text, LEFT_MM, NOTES_MM + i * NOTE_STEP_MM, small)),
    line('quiet', 0.1, [LEFT_MM, GRID_BOTTOM_MM + 1, RIGHT_MM, GRID_BOTTOM_MM + 1]),
  ];
}

function filterText(filters: AcquisitionFilters | null): string {
  if (!filters) return 'filters not known';
  const { highPassHz, lowPassHz, notchHz } = filters;
  const parts = [
    highPassHz === null ? null : `high-pass ${highPassHz} Hz`,
    lowPassHz === null ? null : `low-pass ${lowPassHz} Hz`,
    notchHz === null ? null : `notch ${notchHz} Hz`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'filters not known' : parts.join(', ');
}

function shownText(layout: Layout): string {
  const { fromSeconds, columnToSeconds, toSeconds, durationSeconds, timing } = layout;
  const of = `of ${durationSeconds.toFixed(1)} s`;
  return timing === 'continuous'
    ? `${fromSeconds.toFixed(1)}–${toSeconds.toFixed(1)} s ${of}`
    : `each column ${fromSeconds.toFixed(1)}–${columnToSeconds.toFixed(1)} s ${of}`;
}
