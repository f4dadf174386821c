import type { ExtraLeadName, LeadName } from '../ecg/lead.js';
import {
  answered,
  listed,
  millimetres,
  mm,
  notApplicable,
  shown,
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

/** What is shown decides. */
const stAt = (lead: Leads, name: LeadName) => shown(lead(name).st);

interface Pattern {
  readonly id: CriterionId;
  readonly needs: readonly LeadName[];
  /** The leads that make it, or none. */
  readonly found: (lead: Leads) => readonly LeadName[];
  readonly positive: string;
  /** What it reads beside ST at J. */
  readonly alsoReads?: (lead: LeadReadout) => readonly (readonly [what: string, mm: number])[];
}

const CHEST: readonly LeadName[] = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const LEFT_CHEST: readonly LeadName[] = ['V5', 'V6'];
const POSTERIOR: readonly ExtraLeadName[] = ['V7', 'V8', 'V9'];

const PATTERNS: readonly Pattern[] = [
  {
    id: 'posterior',
    needs: CHEST,
    found: (lead) => {
      const deepest = [...CHEST].sort((a, b) => stAt(lead, a) - stAt(lead, b))[0] ?? 'V6';
      const depressed = CHEST.slice(0, 4).filter((name) => stAt(lead, name) <= DEPRESSION_MM);
      return !LEFT_CHEST.includes(deepest) && depressed.length >= 2 ? depressed : [];
    },
    positive: 'ST depression is greatest in V1 to V4, as in posterior occlusion',
  },
  {
    id: 'aslanger',
    needs: ['I', 'II', 'III', 'aVL', 'aVF', 'V1', 'V2', 'V5', 'V6'],
    found: (lead) => {
      const isOnlyThree =
        stAt(lead, 'III') >= SLIGHT_MM &&
        stAt(lead, 'II') < SLIGHT_MM &&
        stAt(lead, 'aVF') < Math.min(ELEVATION_MM, stAt(lead, 'III'));
      const isLateral =
        (stAt(lead, 'I') <= DEPRESSION_MM || stAt(lead, 'aVL') <= DEPRESSION_MM) &&
        LEFT_CHEST.some((name) => stAt(lead, name) <= DEPRESSION_MM);
      return isOnlyThree && isLateral && stAt(lead, 'V1') > stAt(lead, 'V2') ? ['III', 'V1'] : [];
    },
    positive: 'ST elevation in III alone with lateral depression and ST in V1 above V2',
  },
  {
    id: 'south-african-flag',
    needs: ['I', 'III', 'aVL', 'aVF', 'V2'],
    found: (lead) => {
      const isHigh = stAt(lead, 'V2') >= ELEVATION_MM && stAt(lead, 'aVL') >= SLIGHT_MM;
      const isLow = stAt(lead, 'III') <= DEPRESSION_MM || stAt(lead, 'aVF') <= DEPRESSION_MM;
      if (!isHigh || !isLow) return [];
      return stAt(lead, 'I') >= SLIGHT_MM ? ['I', 'aVL', 'V2'] : ['aVL', 'V2'];
    },
    positive:
      'ST elevation in V2 and aVL with inferior depression, as in a diagonal branch occlusion',
  },
  {
    id: 'de-winter',
    needs: [...CHEST, 'aVR'],
    found: (lead) => {
      const [low, high] = DE_WINTER.aVR;
      const aVR = stAt(lead, 'aVR');
      const typical = CHEST.slice(1).filter((name) => isDeWinterLead(lead(name)));
      return aVR >= low && aVR <= high && typical.length >= 2 ? typical : [];
    },
    positive: 'up-sloping depression at J runs into tall symmetric T waves, with aVR raised',
    alsoReads: ({ name, stAgainstPr, t }) =>
      name === 'aVR'
        ? []
        : [
            ['ST at J+80', stAgainstPr.j80],
            ['T', t.peak],
          ],
  },
];

function isDeWinterLead({ stAgainstPr: { j, j80 }, t }: LeadReadout): boolean {
  return (
    shown(j) < DE_WINTER.depression &&
    j80 - j >= DE_WINTER.rise &&
    shown(t.peak) >= DE_WINTER.tallT &&
    Math.abs(t.skew) <= DE_WINTER.skewMax
  );
}

export function patterns(readout: Readout): CriterionResult[] {
  return PATTERNS.map((pattern) => judge(pattern, readout));
}

function judge(
  { id, needs, found, positive, alsoReads }: Pattern,
  readout: Readout,
): CriterionResult {
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
  const measured = leads.flatMap((lead) =>
    [['ST at J', lead.st] as const, ...(alsoReads?.(lead) ?? [])].map(([what, value]) =>
      millimetres(lead.name, what, value, decisive.includes(lead.name)),
    ),
  );
  if (decisive.length === 0) return answered(id, false, measured, `${TITLES[id]}: not seen.`);
  const where = listed(decisive.map((name) => `${name} ${mm(byName.get(name)?.st ?? 0)}`));
  const more = id === 'posterior' ? behind(readout) : '';
  return answered(id, true, measured, `${TITLES[id]}: ${positive} (${where}).${more}`);
}

/** Only leads on the back can show what lies behind this depression. */
function behind({ extraLeads }: Readout): string {
  const posterior = [...extraLeads.values()].filter(({ name }) => POSTERIOR.includes(name));
  if (posterior.length === 0) return ' Record V7 to V9.';
  return ` Behind, ST is ${listed(posterior.map(({ name, st }) => `${name} ${mm(st)}`))}.`;
}
