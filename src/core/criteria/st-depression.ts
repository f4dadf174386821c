import { contiguousLeads, leadRows, rowName, type RowLead } from './contiguous.js';
import {
  answered,
  listed,
  millimetres,
  mm,
  notApplicable,
  shown,
  TITLES,
  type CriterionResult,
} from './criterion.js';
import { readLeadOf, unreadSentence, type Readout } from './readout.js';

const DEPRESSION_MM = 0.5;
/** From J to J+80 a horizontal segment may rise by this much. */
const RISE_MM_MAX = 0.3;
const INVERSION_MM = 1;

/** Horizontal or down-sloping depression, or T inversion under a prominent R, in two neighbours. */
export function stDepression(readout: Readout): CriterionResult {
  if (readout.block !== null || readout.ventricularPacing) {
    return notApplicable('st-depression', 'a wide QRS moves ST and T by itself');
  }
  if (readout.leads.size < 2) return notApplicable('st-depression', 'too few leads can be read');
  const rows = leadRows(readout.extraRecorded);
  const held = (rule: (lead: Facing) => boolean) =>
    contiguousLeads(rows, (lead) => {
      const own = facing(readout, lead);
      return own !== null && rule(own);
    });
  const depressed = held(isDepressed);
  const inverted = held(isInverted);
  const isIn = (leads: readonly RowLead[], name: string) =>
    leads.some((lead) => lead.name === name);
  const measured = rows.flat().flatMap(({ name }) => {
    const lead = readLeadOf(readout, name);
    if (!lead) return [];
    return [
      millimetres(name, 'ST at J', lead.st, isIn(depressed, name)),
      millimetres(name, 'ST at J+80', lead.stAgainstPr.j80, isIn(depressed, name)),
      millimetres(name, 'T', lead.t.peak, isIn(inverted, name)),
    ];
  });
  const parts = [
    ...(depressed.length > 0 ? [`ST depression in ${said(readout, depressed, (l) => l.st)}`] : []),
    ...(inverted.length > 0 ? [`T inversion in ${said(readout, inverted, (l) => l.t)}`] : []),
  ];
  const unread = unreadSentence(readout);
  const sentence =
    parts.length > 0
      ? `${listed(parts)}.${unread}`
      : `${TITLES['st-depression']}: not reached in any two contiguous leads.${unread}`;
  return answered('st-depression', parts.length > 0, measured, sentence);
}

/** What the rule reads in a lead, turned over where the row reads it so. */
interface Facing {
  readonly st: number;
  readonly j: number;
  readonly j80: number;
  readonly t: number;
  readonly r: number;
  readonly s: number;
}

function facing(readout: Readout, { name, sign }: RowLead): Facing | null {
  const lead = readLeadOf(readout, name);
  if (!lead) return null;
  const { st, stAgainstPr, t, r, s, depth } = lead;
  const [up, down] = sign > 0 ? [r, s] : [depth, r];
  return {
    st: sign * st,
    j: sign * stAgainstPr.j,
    j80: sign * stAgainstPr.j80,
    t: sign * t.peak,
    r: up,
    s: down,
  };
}

function isDepressed({ st, j, j80 }: Facing): boolean {
  return shown(st) <= -DEPRESSION_MM && shown(j80) <= -DEPRESSION_MM && j80 - j <= RISE_MM_MAX;
}

function isInverted({ t, r, s }: Facing): boolean {
  return shown(t) < -INVERSION_MM && r > s && r > INVERSION_MM;
}

function said(
  readout: Readout,
  leads: readonly RowLead[],
  value: (lead: Facing) => number,
): string {
  return listed(
    leads.map((lead) => {
      const own = facing(readout, lead);
      return own ? `${rowName(lead)} ${mm(value(own))}` : rowName(lead);
    }),
  );
}
