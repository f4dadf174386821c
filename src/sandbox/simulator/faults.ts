import type { LeadFault } from './case.js';
import type { Dice } from './dice.js';
import type { Leads } from './render.js';
import type { Random } from '../random.js';

/** How much louder a spoilt recording is. */
export const NOISE_FACTOR = 7;
const CHEST_FROM = 2;
const LOOSE_MICROVOLTS = 9;

/** What a wrong or loose cable does to the eight leads, in place. */
export function addFault(leads: Leads, fault: LeadFault, dice: Dice, random: Random): void {
  const [one, two] = leads as [Float64Array, Float64Array];
  switch (fault) {
    case 'arm-swap':
      for (let i = 0; i < one.length; i += 1) {
        [one[i], two[i]] = [-(one[i] as number), (two[i] as number) - (one[i] as number)];
      }
      return;
    case 'arm-leg-swap':
      for (let i = 0; i < one.length; i += 1) {
        [one[i], two[i]] = [(one[i] as number) - (two[i] as number), -(two[i] as number)];
      }
      return;
    case 'precordial-swap':
      swapChest(leads, dice);
      return;
    case 'lead-off': {
      const lost = leads[CHEST_FROM + Math.floor(6 * dice.share())] as Float64Array;
      for (let i = 0; i < lost.length; i += 1) lost[i] = LOOSE_MICROVOLTS * (random.next() - 0.5);
      return;
    }
    case 'noise':
      // The disturbance itself was drawn louder.
      return;
  }
}

function swapChest(leads: Leads, dice: Dice): void {
  const a = CHEST_FROM + Math.floor(4 * dice.share());
  const b = a + 1 + Math.floor(2 * dice.share());
  const [first, second] = [leads[a] as Float64Array, leads[b] as Float64Array];
  for (let i = 0; i < first.length; i += 1) {
    [first[i], second[i]] = [second[i] as number, first[i] as number];
  }
}
