import type { EcgPatient } from '../ecg/ecg.js';
import type { LeadName } from '../ecg/lead.js';
import { contiguousLeads, LEAD_ROWS, rowName, type RowLead } from './contiguous.js';
import {
  answered,
  listed,
  millimetres,
  mm,
  notApplicable,
  result,
  TITLES,
  type CriterionResult,
} from './criterion.js';
import type { Readout } from './readout.js';

/** Whose thresholds hold in V2 and V3. */
type Kind = 'woman' | 'man-from-40' | 'man-under-40';

const V2_V3_MM: Readonly<Record<Kind, number>> = {
  woman: 1.5,
  'man-from-40': 2,
  'man-under-40': 2.5,
};
const ELSEWHERE_MM = 1;
const KIND_NAMES: Readonly<Record<Kind, string>> = {
  woman: 'a woman',
  'man-from-40': 'a man of 40 years or more',
  'man-under-40': 'a man under 40 years',
};
const MIDDLE_AGE_YEARS = 40;

/** J point against QRS onset in two contiguous leads, thresholds by sex and age. */
export function stemi(readout: Readout): CriterionResult {
  if (readout.block === 'left') {
    return notApplicable('stemi', 'left bundle branch block moves the ST segment by itself');
  }
  if (readout.ventricularPacing) {
    return notApplicable('stemi', 'ventricular pacing moves the ST segment by itself');
  }
  if (readout.leads.size < 2) return notApplicable('stemi', 'too few leads can be read');
  const answers = kindsOf(readout.patient).map((kind) => ({
    kind,
    leads: elevatedLeads(readout, kind),
  }));
  const positives = answers.filter(({ leads }) => leads.length > 0);
  const widest = positives[0]?.leads ?? [];
  const measured = LEAD_ROWS.flat().flatMap((lead) => {
    const st = elevation(readout, lead);
    const isDecisive = widest.some(({ name }) => name === lead.name);
    return st === null ? [] : [millimetres(lead.name, 'ST at J', st, isDecisive)];
  });
  const caution = cautionOf(readout, widest.length > 0);
  if (positives.length === 0) {
    const sentence = `${TITLES.stemi}: not reached in any two contiguous leads.${caution}`;
    return answered('stemi', false, measured, sentence);
  }
  const where = listed(
    widest.map((lead) => `${rowName(lead)} ${mm(elevation(readout, lead) ?? 0)}`),
  );
  if (positives.length === answers.length) {
    return answered('stemi', true, measured, `${TITLES.stemi}: reached in ${where}.${caution}`);
  }
  const who = listed(positives.map(({ kind }) => KIND_NAMES[kind]));
  return result({
    id: 'stemi',
    verdict: 'depends',
    whyNot: null,
    variants: answers.map(({ kind, leads }) => ({
      patient: KIND_NAMES[kind],
      positive: leads.length > 0,
    })),
    measured,
    sentence: `${TITLES.stemi}: reached in ${where} if the patient is ${who}, not otherwise; age or sex is not known.${caution}`,
  });
}

/** Everyone this patient could be, the lowest threshold first. */
function kindsOf({ ageYears, sex }: EcgPatient): readonly Kind[] {
  if (sex === 'female') return ['woman'];
  const men: readonly Kind[] =
    ageYears === null
      ? ['man-from-40', 'man-under-40']
      : [ageYears < MIDDLE_AGE_YEARS ? 'man-under-40' : 'man-from-40'];
  return sex === 'male' ? men : ['woman', ...men];
}

function elevatedLeads(readout: Readout, kind: Kind): RowLead[] {
  return contiguousLeads((lead) => {
    const st = elevation(readout, lead);
    return st !== null && round(st) >= thresholdMm(lead.name, kind);
  });
}

function thresholdMm(name: LeadName, kind: Kind): number {
  return name === 'V2' || name === 'V3' ? V2_V3_MM[kind] : ELSEWHERE_MM;
}

function elevation(readout: Readout, { name, sign }: RowLead): number | null {
  const lead = readout.leads.get(name);
  return lead ? sign * lead.st : null;
}

/** What is shown (a tenth of a millimetre) is what decides: no 1.0 that is called too low. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function cautionOf({ highVoltage, block }: Readout, positive: boolean): string {
  if (!positive) return '';
  if (highVoltage) return ' The voltage is high: hypertrophy raises ST in V1 to V3 as well.';
  return block === null ? '' : ' The QRS is wide, which shifts ST.';
}
