import type { AnyLeadName, ExtraLeadName } from '../ecg/lead.js';

/** A lead of the frontal or horizontal row; aVR looks from behind, so it is read turned over. */
export interface RowLead {
  readonly name: AnyLeadName;
  readonly sign: 1 | -1;
}

const plain = (name: AnyLeadName): RowLead => ({ name, sign: 1 });

const FRONTAL_ROW: readonly RowLead[] = [
  plain('aVL'),
  plain('I'),
  { name: 'aVR', sign: -1 },
  plain('II'),
  plain('aVF'),
  plain('III'),
];
const CHEST = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
const RIGHT_OF_V1 = ['V4R', 'V3R'] as const;
const BEHIND_V6 = ['V7', 'V8', 'V9'] as const;

/**
 * Neighbours in these rows look at neighbouring walls. Of the leads beyond the twelve those stand
 * in the row that were recorded: where V3R is not, V4R's neighbour is V1.
 */
export function leadRows(
  extraRecorded: readonly ExtraLeadName[] = [],
): readonly (readonly RowLead[])[] {
  const recorded = (names: readonly ExtraLeadName[]) =>
    names.filter((name) => extraRecorded.includes(name));
  const chest = [...recorded(RIGHT_OF_V1), ...CHEST, ...recorded(BEHIND_V6)];
  return [FRONTAL_ROW, chest.map(plain)];
}

/** Every lead that fulfils `holds` together with a neighbour that does too. */
export function contiguousLeads(
  rows: readonly (readonly RowLead[])[],
  holds: (lead: RowLead) => boolean,
): RowLead[] {
  return rows.flatMap((row) => {
    const held = row.map(holds);
    return row.filter((_, i) => held[i] && (held[i - 1] || held[i + 1]));
  });
}

/** `-aVR` for the lead that is read turned over. */
export function rowName({ name, sign }: RowLead): string {
  return sign < 0 ? `-${name}` : name;
}
