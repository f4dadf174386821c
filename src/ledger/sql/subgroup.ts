import type { WrittenAbout } from './acceptance.js';
import type { ModelRunRow } from './tables.js';
import { boundedText, NAME_CHARACTERS_MAX } from './text.js';

const AGE_BAND_YEARS = 10;

/** What drift is later told apart by. A band, not an age: this history outlives the patient's rows. */
export function subgroupOf(
  about: WrittenAbout | null,
): Pick<ModelRunRow, 'device' | 'age_band' | 'sex'> {
  const device = about?.ecg.device?.model ?? null;
  const age = about?.ecg.patient.ageYears ?? null;
  const band = age === null ? null : Math.floor(age / AGE_BAND_YEARS) * AGE_BAND_YEARS;
  return {
    device: device === null ? null : boundedText(device, NAME_CHARACTERS_MAX),
    age_band: band === null ? null : `${band}-${band + AGE_BAND_YEARS - 1}`,
    sex: about?.ecg.patient.sex ?? null,
  };
}
