import type { LeadName } from '../ecg/lead.js';
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
  type MeasuredNumber,
} from './criterion.js';
import { unreadSentence, type LeadReadout, type Readout } from './readout.js';

const DEVIATION_MM = 1;
const EXCESSIVE_MM = 5;
const EXCESSIVE_RATIO = -0.25;
const LOW_VOLTAGE_MM = 6;
const POINTS = { concordantElevation: 5, concordantDepression: 3, excessiveDiscordance: 2 };
const POSITIVE_POINTS = 3;
const RIGHT_CHEST: readonly LeadName[] = ['V1', 'V2', 'V3'];

/** ST goes with the QRS (concordant) where a wide QRS alone would drive it the other way. */
function concordantElevation({ qrsIsPositive, stAgainstPr }: LeadReadout): boolean {
  return qrsIsPositive && shown(stAgainstPr.j) >= DEVIATION_MM;
}

function concordantDepression({ qrsIsPositive, stAgainstPr }: LeadReadout): boolean {
  return !qrsIsPositive && shown(stAgainstPr.j) <= -DEVIATION_MM;
}

function rightChestDepression(lead: LeadReadout): boolean {
  return RIGHT_CHEST.includes(lead.name) && concordantDepression(lead);
}

export function sgarbossa(readout: Readout): CriterionResult {
  return judge('sgarbossa', readout, (leads) => {
    const up = leads.filter(concordantElevation);
    const down = leads.filter(rightChestDepression);
    const excess = leads.filter((l) => !l.qrsIsPositive && shown(l.stAgainstPr.j) >= EXCESSIVE_MM);
    const points =
      (up.length > 0 ? POINTS.concordantElevation : 0) +
      (down.length > 0 ? POINTS.concordantDepression : 0) +
      (excess.length > 0 ? POINTS.excessiveDiscordance : 0);
    const score: MeasuredNumber = {
      lead: null,
      what: 'score',
      value: points,
      unit: 'points',
      decisive: points >= POSITIVE_POINTS,
    };
    return {
      decisive: points >= POSITIVE_POINTS ? [...up, ...down, ...excess] : [],
      extra: [score],
      words: `${points} points of the 3 it takes`,
    };
  });
}

export function smithModified(readout: Readout): CriterionResult {
  return judge('smith-modified-sgarbossa', readout, (leads) => {
    const excess = leads.filter(
      (lead) =>
        !lead.qrsIsPositive &&
        shown(lead.stAgainstPr.j) >= DEVIATION_MM &&
        ratioOf(lead) <= EXCESSIVE_RATIO,
    );
    const decisive = leads.filter(
      (lead) => concordantElevation(lead) || rightChestDepression(lead) || excess.includes(lead),
    );
    const ratios = leads
      .filter((lead) => lead.depth > 0 && lead.stAgainstPr.j > 0)
      .map((lead): MeasuredNumber => ({
        lead: lead.name,
        what: 'ST/S',
        value: ratioOf(lead),
        unit: 'ratio',
        decisive: excess.includes(lead),
      }));
    return { decisive, extra: ratios, words: 'concordance, or ST/S of -0.25 or less' };
  });
}

export function barcelona(readout: Readout): CriterionResult {
  return judge('barcelona', readout, (leads) => ({
    decisive: leads.filter((lead) => {
      const isDeviated = Math.abs(shown(lead.stAgainstPr.j)) >= DEVIATION_MM;
      const isSmall = shown(Math.max(lead.r, lead.depth)) <= LOW_VOLTAGE_MM;
      return concordantElevation(lead) || concordantDepression(lead) || (isDeviated && isSmall);
    }),
    extra: [],
    words: 'concordant deviation in any lead, or a discordant one where the QRS is low',
  }));
}

/** S counts downward, so that ST over S is negative where ST is raised over a deep S. */
function ratioOf({ stAgainstPr, depth }: LeadReadout): number {
  return depth > 0 ? stAgainstPr.j / -depth : 0;
}

interface Judgement {
  readonly decisive: readonly LeadReadout[];
  readonly extra: readonly MeasuredNumber[];
  readonly words: string;
}

function judge(
  id: CriterionId,
  readout: Readout,
  rule: (leads: readonly LeadReadout[]) => Judgement,
): CriterionResult {
  if (readout.block !== 'left' && !readout.ventricularPacing) {
    return notApplicable(id, 'no left bundle branch block and no ventricular pacing was seen');
  }
  const leads = [...readout.leads.values()];
  if (leads.length < 2) return notApplicable(id, 'too few leads can be read');
  const { decisive, extra, words } = rule(leads);
  const measured = [
    ...leads.map((lead) =>
      millimetres(lead.name, 'ST at J', lead.stAgainstPr.j, decisive.includes(lead)),
    ),
    ...extra,
  ];
  const where = listed(decisive.map((lead) => `${lead.name} ${mm(lead.stAgainstPr.j)}`));
  const unread = unreadSentence(readout);
  const sentence =
    decisive.length > 0
      ? `${TITLES[id]}: positive (${words}), by ST in ${where}.${unread}`
      : `${TITLES[id]}: not reached (${words}).${unread}`;
  return answered(id, decisive.length > 0, measured, sentence);
}
