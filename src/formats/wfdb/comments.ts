import { ECG_LIMITS, type EcgPatient } from '../../core/ecg/ecg.js';
import { boundedText } from '../identity.js';

const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

/** `Age: 63`, `<age>: 63`, `age 63`: every data base writes it in its own way. */
export function ageIn(comments: readonly string[]): number | null {
  const age = Number(valueOf(comments, 'age')?.replace(/\s*(years?|yrs?|y)$/i, '') || NaN);
  return age >= 0 && age <= ECG_LIMITS.ageYearsMax ? age : null;
}

export function sexIn(comments: readonly string[]): EcgPatient['sex'] {
  const sex = valueOf(comments, 'sex|gender')?.toLowerCase() ?? '';
  if (/^(m|male)$/.test(sex)) return 'male';
  return /^(f|female)$/.test(sex) ? 'female' : null;
}

/** One line may say several things: `<age>: 65 <sex>: F <diagnoses> none`. */
function valueOf(comments: readonly string[], names: string): string | null {
  const pattern = new RegExp(`(?:^|\\s)<?(?:${names})>?\\s*[:\\s]\\s*(\\S.*)$`, 'i');
  for (const comment of comments) {
    const value = pattern.exec(START_OF_LINE.exec(comment)?.[0] ?? '')?.[1];
    if (value !== undefined) return value.split(NEXT_NAME)[0]?.trim() ?? '';
  }
  return null;
}

/** Only a line that begins with one of these tells of the patient: `Old age: 3` is a diagnosis. */
const START_OF_LINE = /^<?(?:age|sex|gender)>?\s*[:\s].*$/i;
const NEXT_NAME = /[\s,;]+(?=<?(?:age|sex|gender|dx|diagnos[ei]s)>?\s*[:\s])/i;

/** Diagnoses: those behind `Dx:`, and the lines below a heading of diagnoses. */
export function statementsIn(comments: readonly string[]): readonly string[] {
  const statements: string[] = [];
  let below = false;
  for (const comment of comments) {
    const named =
      /^<?(dx|diagnos[ei]s)>?\s*:\s*(.*)$/i.exec(comment) ??
      /\s<(dx|diagnos[ei]s)>\s*:?\s*(.*)$/i.exec(comment);
    if (named) below = named[2] === '';
    const said = named ? (named[2] ?? '') : below ? comment : '';
    if (said !== '' && said.toLowerCase() !== 'unknown') statements.push(said);
  }
  return Object.freeze(
    statements.slice(0, STATEMENTS_MAX).map((one) => boundedText(one, STATEMENT_CHARS_MAX)),
  );
}
