import type { AcquisitionFilters, Ecg } from '../ecg/ecg.js';
import type { WrittenTime } from '../ecg/reading.js';
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
  const facts = [timeText(options), rateText(options), deviceText(ecg), derivedText(ecg)];
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
  return rateBpm === null ? 'Heart rate not measured' : `Heart rate ${Math.round(rateBpm)}/min`;
}

function deviceText({ device }: Ecg): string {
  const names = [device?.manufacturer, device?.model].filter((name) => name);
  return names.length === 0 ? 'Recorder not known' : `Recorder ${names.join(' ')}`;
}

function derivedText({ leads }: Ecg): string | null {
  const names = leads.filter(({ origin }) => origin === 'derived').map(({ name }) => name);
  return names.length === 0 ? null : `Calculated from I and II: ${names.join(', ')}`;
}

const FOOTER_FIRST_MM = GRID_BOTTOM_MM + 4.8;
const FOOTER_SECOND_MM = GRID_BOTTOM_MM + 9.3;
const FOOTER_LEFT_WIDTH_MM = 190;

/** The scale, the seconds shown and what this page is not. */
export function footerMarks(ecg: Ecg, layout: Layout, notes: readonly string[]): readonly Mark[] {
  const style = { sizeMm: SIZE_MM };
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
    ...(notes.length > 0
      ? [textAt(notes.join(' '), LEFT_MM, FOOTER_SECOND_MM, style, PAPER.gridWidthMm)]
      : []),
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

function shownText({ fromSeconds, toSeconds, durationSeconds, timing, name }: Layout): string {
  const shown = `${fromSeconds.toFixed(1)}–${toSeconds.toFixed(1)} s`;
  const of = `of ${durationSeconds.toFixed(1)} s shown`;
  const same = timing === 'simultaneous' && name !== '12x1' ? ', the same in every column' : '';
  return `${shown} ${of}${same}`;
}
