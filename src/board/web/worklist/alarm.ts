import type { Row } from '../contract.js';
import { isOpen, positives } from '../words.js';

/**
 * Who may make a noise: a critical alert nobody has answered yet, once for one patient and finding,
 * however often it comes again. What stood on the list before the page was opened is no news.
 */
export class Announcements {
  readonly #told = new Set<string>();

  /** Takes note of a row; true where it is new and critical. */
  take(row: Row): boolean {
    if (!isOpen(row.alert) || row.alert?.urgency !== 'critical' || row.corrected !== null) {
      return false;
    }
    const findings = findingKeys(row);
    // A later ECG that is still being scored stands under the alert of the one before.
    const alert = `alert ${row.alert.id}`;
    const news = findings.length === 0 ? [alert] : findings;
    const isNews = news.some((key) => !this.#told.has(key));
    for (const key of [alert, ...findings]) this.#told.add(key);
    return isNews;
  }
}

function findingKeys(row: Row): readonly string[] {
  const person = personKey(row);
  return positives(row).map(({ findingId }) => `${person}\n${findingId}`);
}

/** Whom a row is about; an ECG without a patient stands for itself. */
export function personKey({ patient, ecgId }: Row): string {
  return patient.key ?? `ecg ${ecgId}`;
}

/**
 * Whether a row says how it stands with an alarm: it is of the same ECG, or of a later one of that
 * person which has an alert. A later ECG without one answers nothing.
 */
export function tellsOf(row: Row, alarm: Row): boolean {
  return row.ecgId === alarm.ecgId || (row.alert !== null && personKey(row) === personKey(alarm));
}

const NOTES_HZ = [880, 660, 880];
const NOTE_SECONDS = 0.18;
const GAP_SECONDS = 0.24;
const LOUDNESS = 0.25;

let audio: AudioContext | null = null;

/** Browsers let a page sound only after a touch or a key; until then the page says so. */
export function wakeSound(): void {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
}

export function canSound(): boolean {
  return audio?.state === 'running';
}

export function sound(): void {
  const context = audio;
  if (context?.state !== 'running') return;
  NOTES_HZ.forEach((hertz, i) => {
    const at = context.currentTime + i * GAP_SECONDS;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
    volume.gain.setValueAtTime(LOUDNESS, at + NOTE_SECONDS - 0.04);
    volume.gain.linearRampToValueAtTime(0, at + NOTE_SECONDS);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + NOTE_SECONDS);
  });
}
