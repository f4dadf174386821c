import type { Identifier, PatientIdentity } from '../core/ecg/reading.js';

/** Who an ECG is of, as a message, a resource or a file says it. */
export interface Subject {
  readonly identity: PatientIdentity | null;
  readonly birthDate: string | null;
  readonly sex: 'male' | 'female' | null;
}

export const NOBODY: Subject = Object.freeze({ identity: null, birthDate: null, sex: null });

/**
 * Whether a message and the file inside it may speak of one person. A shared number settles it, and
 * so do two numbers of one authority that differ. Between numbers of different authorities (a cart
 * often knows a local one) the birth dates decide, else the names; where neither can be set beside
 * the other, nothing speaks against the message.
 */
export function isSamePerson(one: Subject, two: Subject): boolean {
  const numbers = compareNumbers(numbersOf(one), numbersOf(two));
  if (numbers !== 'unknown') return numbers === 'same';
  if (isWholeDate(one.birthDate) && isWholeDate(two.birthDate)) {
    return one.birthDate === two.birthDate;
  }
  const [nameOne, nameTwo] = [familyOf(one), familyOf(two)];
  return nameOne === '' || nameTwo === '' || nameOne === nameTwo;
}

function numbersOf({ identity }: Subject): readonly Identifier[] {
  return identity ? [identity, ...identity.others] : [];
}

function compareNumbers(
  one: readonly Identifier[],
  two: readonly Identifier[],
): 'same' | 'different' | 'unknown' {
  let differ = false;
  for (const a of one) {
    for (const b of two) {
      if (bareNumber(a) === bareNumber(b)) return 'same';
      if (a.authority.toLowerCase() === b.authority.toLowerCase()) differ = true;
    }
  }
  return differ ? 'different' : 'unknown';
}

/** Systems on the way strip leading zeros and change the case of a number. */
function bareNumber({ value }: Identifier): string {
  return value.toUpperCase().replace(/^0+(?=.)/, '');
}

function isWholeDate(date: string | null): boolean {
  return date !== null && date.length === 'YYYY-MM-DD'.length;
}

/** The family name as any system spells it: Müller, MUELLER and Muller are one. */
function familyOf({ identity }: Subject): string {
  return (identity?.name?.family ?? '')
    .normalize('NFD')
    .toUpperCase()
    .replace(/[^A-Z]/g, '')
    .replace(/([AOU])E/g, '$1');
}
