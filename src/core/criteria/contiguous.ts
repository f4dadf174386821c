import type { LeadName } from '../ecg/lead.js';

/** A lead of the frontal or horizontal row; aVR looks from behind, so it is read turned over. */
export interface RowLead {
  readonly name: LeadName;
  readonly sign: 1 | -1;
}

const plain = (name: LeadName): RowLead => ({ name, sign: 1 });

/** Neighbours in these rows look at neighbouring walls. */
export const LEAD_ROWS: readonly (readonly RowLead[])[] = [
  [plain('aVL'), plain('I'), { name: 'aVR', sign: -1 }, plain('II'), plain('aVF'), plain('III')],
  [plain('V1'), plain('V2'), plain('V3'), plain('V4'), plain('V5'), plain('V6')],
];

/** Every lead that fulfils `holds` together with a neighbour that does too. */
export function contiguousLeads(holds: (lead: RowLead) => boolean): RowLead[] {
  return LEAD_ROWS.flatMap((row) => {
    const held = row.map(holds);
    return row.filter((_, i) => held[i] && (held[i - 1] || held[i + 1]));
  });
}

/** `-aVR` for the lead that is read turned over. */
export function rowName({ name, sign }: RowLead): string {
  return sign < 0 ? `-${name}` : name;
}
