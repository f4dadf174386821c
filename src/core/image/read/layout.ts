import { LEAD_NAMES, type LeadName } from '../../ecg/lead.js';
import type { LayoutName } from '../paper.js';

/** Which rows hold the twelve leads, and in how many columns. */
export interface PageLayout {
  readonly name: LayoutName;
  readonly columns: number;
  readonly leadRows: number;
  readonly rhythmRows: number;
}

const LAYOUTS: readonly PageLayout[] = [
  { name: '3x4', columns: 4, leadRows: 3, rhythmRows: 0 },
  { name: '3x4', columns: 4, leadRows: 3, rhythmRows: 1 },
  { name: '3x4', columns: 4, leadRows: 3, rhythmRows: 2 },
  { name: '6x2', columns: 2, leadRows: 6, rhythmRows: 0 },
  { name: '6x2', columns: 2, leadRows: 6, rhythmRows: 1 },
  { name: '12x1', columns: 1, leadRows: 12, rhythmRows: 0 },
  { name: '12x1', columns: 1, leadRows: 12, rhythmRows: 1 },
];

export function layoutOf(rows: number): PageLayout | null {
  return LAYOUTS.find(({ leadRows, rhythmRows }) => leadRows + rhythmRows === rows) ?? null;
}

/** The twelve fill the columns from the top down. */
export function leadAt(layout: PageLayout, row: number, column: number): LeadName {
  return LEAD_NAMES[column * layout.leadRows + row] as LeadName;
}
