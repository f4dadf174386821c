import { contiguousLeads, LEAD_ROWS, rowName, type RowLead } from './contiguous.js';
import {
  answered,
  listed,
  millimetres,
  mm,
  notApplicable,
  TITLES,
  type CriterionResult,
} from './criterion.js';
import type { LeadReadout, Readout } from './readout.js';

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
  const held = (rule: (lead: LeadReadout) => boolean) =>
    contiguousLeads(({ name, sign }) => {
      const lead = readout.leads.get(name);
      return lead !== undefined && sign > 0 && rule(lead);
    });
  const depressed = held(isDepressed);
  const inverted = held(isInverted);
  const isIn = (leads: readonly RowLead[], name: string) =>
    leads.some((lead) => lead.name === name);
  const measured = LEAD_ROWS.flat().flatMap(({ name }) => {
    const lead = readout.leads.get(name);
    if (!lead) return [];
    return [
      millimetres(name, 'ST at J', lead.st, isIn(depressed, name)),
      millimetres(name, 'T', lead.t.peak, isIn(inverted, name)),
    ];
  });
  const parts = [
    ...(depressed.length > 0 ? [`ST depression in ${said(readout, depressed, (l) => l.st)}`] : []),
    ...(inverted.length > 0 ? [`T inversion in ${said(readout, inverted, (l) => l.t.peak)}`] : []),
  ];
  const sentence =
    parts.length > 0
      ? `${listed(parts)}.`
      : `${TITLES['st-depression']}: not reached in any two contiguous leads.`;
  return answered('st-depression', parts.length > 0, measured, sentence);
}

function isDepressed({ st, stAgainstPr: { j, j80 } }: LeadReadout): boolean {
  return st <= -DEPRESSION_MM && j80 <= -DEPRESSION_MM && j80 - j <= RISE_MM_MAX;
}

function isInverted({ t, r, s }: LeadReadout): boolean {
  return t.peak < -INVERSION_MM && r > s && r > INVERSION_MM;
}

function said(
  readout: Readout,
  leads: readonly RowLead[],
  value: (lead: LeadReadout) => number,
): string {
  return listed(
    leads.map((lead) => {
      const own = readout.leads.get(lead.name);
      return own ? `${rowName(lead)} ${mm(value(own))}` : rowName(lead);
    }),
  );
}
