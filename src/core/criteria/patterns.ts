import type { LeadName } from '../ecg/lead.js';
import {
  answered,
  listed,
  millimetres,
  notApplicable,
  TITLES,
  type CriterionId,
  type CriterionResult,
} from './criterion.js';
import { need, type LeadReadout, type Readout } from './readout.js';

const ELEVATION_MM = 1;
const SLIGHT_MM = 0.5;
const DEPRESSION_MM = -0.5;
const DE_WINTER = { depression: -1, rise: 0.5, tallT: 5, skewMax: 0.2, aVR: [0.5, 1] as const };

type Leads = (name: LeadName) => LeadReadout;

interface Pattern {
  readonly id: CriterionId;
  readonly needs: readonly LeadName[];
  /** The leads that make it, or none. */
  readonly found: (lead: Leads) => readonly LeadName[];
  readonly positive: string;
}

const CHEST: readonly LeadName[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const LEFT_CHEST: readonly LeadName[] = ['V5', 'V6'];

const PATTERNS: readonly Pattern[] = [
  {
    id: 'posterior',
    needs: CHEST,
    found: (lead) => {
      const deepest = [...CHEST].sort((a, b) => lead(a).st - lead(b).st)[0] ?? 'V6';
      const depressed = CHEST.slice(0, 4).filter((name) => lead(name).st <= DEPRESSION_MM);
      return !LEFT_CHEST.includes(deepest) && depressed.length >= 2 ? depressed : [];
    },
    positive: 'ST depression is greatest in V1 to V4, as in posterior occlusion; record V7 to V9',
  },
  {
    id: 'aslanger',
    needs: ['I', 'II', 'III', 'aVL', 'aVF', 'V1', 'V2', 'V5', 'V6'],
    found: (lead) => {
      const isOnlyThree =
        lead('III').st >= ELEVATION_MM &&
        lead('II').st < ELEVATION_MM &&
        lead('aVF').st < ELEVATION_MM;
      const isLateral =
        (lead('I').st <= DEPRESSION_MM || lead('aVL').st <= DEPRESSION_MM) &&
        LEFT_CHEST.some((name) => lead(name).st <= DEPRESSION_MM);
      return isOnlyThree && isLateral && lead('V1').st > lead('V2').st ? ['III', 'V1'] : [];
    },
    positive: 'ST elevation in III alone with lateral depression and ST in V1 above V2',
  },
  {
    id: 'south-african-flag',
    needs: ['I', 'III', 'aVL', 'aVF', 'V2'],
    found: (lead) => {
      const isHigh = lead('V2').st >= ELEVATION_MM && lead('aVL').st >= SLIGHT_MM;
      const isLow = lead('III').st <= DEPRESSION_MM || lead('aVF').st <= DEPRESSION_MM;
      if (!isHigh || !isLow) return [];
      return lead('I').st >= SLIGHT_MM ? ['I', 'aVL', 'V2'] : ['aVL', 'V2'];
    },
    positive:
      'ST elevation in V2 and aVL with inferior depression, as in a diagonal branch occlusion',
  },
  {
    id: 'de-winter',
    needs: [...CHEST, 'aVR'],
    found: (lead) => {
      const [low, high] = DE_WINTER.aVR;
      const aVR = Math.round(lead('aVR').st * 10) / 10;
      const typical = CHEST.slice(1).filter((name) => isDeWinterLead(lead(name)));
      return aVR >= low && aVR <= high && typical.length >= 2 ? typical : [];
    },
    positive: 'up-sloping depression at J runs into tall symmetric T waves, with aVR raised',
  },
];

function isDeWinterLead({ stAgainstPr: { j, j80 }, t }: LeadReadout): boolean {
  return (
    j < DE_WINTER.depression &&
    j80 - j >= DE_WINTER.rise &&
    t.peak >= DE_WINTER.tallT &&
    Math.abs(t.skew) <= DE_WINTER.skewMax
  );
}

export function patterns(readout: Readout): CriterionResult[] {
  return PATTERNS.map((pattern) => judge(pattern, readout));
}

function judge({ id, needs, found, positive }: Pattern, readout: Readout): CriterionResult {
  if (readout.block !== null || readout.ventricularPacing) {
    return notApplicable(id, 'a wide QRS moves the ST segment by itself');
  }
  const { found: leads, missing } = need(readout, needs);
  if (missing.length > 0) return notApplicable(id, `${listed(missing)} cannot be read`);
  const byName = new Map(leads.map((lead) => [lead.name, lead]));
  const decisive = found((name) => {
    const lead = byName.get(name);
    if (!lead) throw new RangeError(`a pattern that reads ${name} must list it among its needs`);
    return lead;
  });
  const measured = leads.map((lead) =>
    millimetres(lead.name, 'ST at J', lead.st, decisive.includes(lead.name)),
  );
  const sentence = decisive.length > 0 ? `${TITLES[id]}: ${positive}.` : `${TITLES[id]}: not seen.`;
  return answered(id, decisive.length > 0, measured, sentence);
}
