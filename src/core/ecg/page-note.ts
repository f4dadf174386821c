/** How an ECG was read off its paper: what a person must know before trusting its millimetres. */
export interface PageNote {
  readonly layout: string;
  readonly rhythmLead: string | null;
  readonly speedMmPerS: number;
  readonly gainMmPerMv: number;
  /** What the scale was told by: nothing on the page leaves it assumed. */
  readonly scaleFrom: 'pulse' | 'grid' | 'assumed';
  /** The lead whose trace was followed least surely, and how surely, from 0 to 1. */
  readonly leastSureLead: string;
  readonly confidence: number;
}

/** Has it only where the ECG was read from a picture of its paper. */
export interface FromPaper {
  readonly page?: PageNote;
}

const SCALE_FROM = {
  pulse: 'scale by its calibration pulse',
  grid: 'scale by its grid',
  assumed: 'scale ASSUMED, as the page shows none',
} as const;

/** In words, for the command line, the board and the chart. */
export function pageWords(note: PageNote): string {
  const rhythm = note.rhythmLead === null ? '' : ` with rhythm lead ${note.rhythmLead}`;
  const share = Math.round(100 * note.confidence);
  return [
    `Read from a picture of the paper: ${note.layout}${rhythm}`,
    `${round(note.speedMmPerS)} mm/s and ${round(note.gainMmPerMv)} mm/mV`,
    SCALE_FROM[note.scaleFrom],
    `least sure lead ${note.leastSureLead} (${share} %)`,
  ].join(', ');
}

function round(value: number): string {
  return String(Math.round(10 * value) / 10);
}
