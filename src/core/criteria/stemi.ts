import type { EcgPatient } from '../ecg/ecg.js';
import type { AnyLeadName } from '../ecg/lead.js';
import { contiguousLeads, leadRows, rowName, type RowLead } from './contiguous.js';
import {
  listed,
  millimetres,
  mm,
  notApplicable,
  result,
  shown,
  TITLES,
  type CriterionResult,
} from './criterion.js';
import { readLeadOf, unreadSentence, type Readout } from './readout.js';

/** Whose thresholds hold in V2 and V3. */
type Kind = 'woman' | 'man-from-40' | 'man-under-40';

const V2_V3_MM: Readonly<Record<Kind, number>> = {
  woman: 1.5,
  'man-from-40': 2,
  'man-under-40': 2.5,
};
const ELSEWHERE_MM = 1;
const RIGHT_SIDED_MM = 0.5;
const POSTERIOR_MM: Readonly<Record<Kind, number>> = {
  woman: 0.5,
  'man-from-40': 0.5,
  'man-under-40': 1,
};
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
  const widest = answers.find(({ leads }) => leads.length > 0)?.leads ?? [];
  const measured = leadRows(readout.extraRecorded)
    .flat()
    .flatMap((lead) => {
      const st = elevation(readout, lead);
      const isDecisive = widest.some(({ name }) => name === lead.name);
      return st === null ? [] : [millimetres(lead.name, 'ST at J', st, isDecisive)];
    });
  return result({
    id: 'stemi',
    ...verdictOf(answers),
    whyNot: null,
    measured,
    sentence: [
      `${TITLES.stemi}: ${wordsOf(readout, answers)}.`,
      `${cautionOf(readout, widest.length > 0)}${unreadSentence(readout)}`,
    ].join(''),
  });
}

interface Answer {
  readonly kind: Kind;
  readonly leads: readonly RowLead[];
}

/** The stricter and the looser answer stand side by side wherever the patient could be several. */
function verdictOf(answers: readonly Answer[]): Pick<CriterionResult, 'verdict' | 'variants'> {
  const positives = answers.filter(({ leads }) => leads.length > 0);
  const isSame = positives.length === 0 || positives.length === answers.length;
  return {
    verdict: isSame ? (positives.length > 0 ? 'positive' : 'negative') : 'depends',
    variants:
      answers.length === 1
        ? []
        : answers.map(({ kind, leads }) => ({
            patient: KIND_NAMES[kind],
            positive: leads.length > 0,
          })),
  };
}

function wordsOf(readout: Readout, answers: readonly Answer[]): string {
  const positives = answers.filter(({ leads }) => leads.length > 0);
  const anyone = answers.length > 1 ? ', whatever the age and sex, which are not both known' : '';
  if (positives.length === 0) return `not reached in any two contiguous leads${anyone}`;
  const where = listed(
    (positives[0]?.leads ?? []).map(
      (lead) => `${rowName(lead)} ${mm(elevation(readout, lead) ?? 0)}`,
    ),
  );
  if (positives.length === answers.length) return `reached in ${where}${anyone}`;
  const who = listed(positives.map(({ kind }) => KIND_NAMES[kind]));
  return `reached in ${where} if the patient is ${who}, not otherwise; age or sex is not known`;
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
  return contiguousLeads(leadRows(readout.extraRecorded), (lead) => {
    const st = elevation(readout, lead);
    return st !== null && shown(st) >= thresholdMm(lead.name, kind);
  });
}

function thresholdMm(name: AnyLeadName, kind: Kind): number {
  if (name === 'V2' || name === 'V3') return V2_V3_MM[kind];
  if (name === 'V3R' || name === 'V4R') return RIGHT_SIDED_MM;
  return name === 'V7' || name === 'V8' || name === 'V9' ? POSTERIOR_MM[kind] : ELSEWHERE_MM;
}

function elevation(readout: Readout, { name, sign }: RowLead): number | null {
  const lead = readLeadOf(readout, name);
  return lead ? sign * lead.st : null;
}

function cautionOf({ highVoltage, block }: Readout, positive: boolean): string {
  if (!positive) return '';
  if (highVoltage) return ' The voltage is high: hypertrophy raises ST in V1 to V3 as well.';
  return block === null ? '' : ' The QRS is wide, which shifts ST.';
}
