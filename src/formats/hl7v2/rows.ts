import type { LeadName } from '../../core/ecg/lead.js';
import { parseLead } from '../../core/ecg/lead.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Part, Segment } from '../../wire/hl7v2/segment.js';

/** One OBX that carries the samples of one lead. */
export interface LeadRow {
  readonly name: LeadName;
  readonly obx: Segment;
  /** The OBR above it, null where there is none. */
  readonly obr: Segment | null;
  /** OBX-4: where it hangs in the device's tree. */
  readonly node: string;
}

/** A row that says something about another: OBX-4 of the other, and one number more. */
export interface Facet {
  readonly name: string;
  readonly node: string;
  readonly obx: Segment;
}

export interface Rows {
  readonly leads: readonly LeadRow[];
  /** Rows that carry an ECG lead beyond the twelve, or one that says not which. */
  readonly otherLeads: readonly Segment[];
  /** Rows of an ECG in an encoding that is not read here. */
  readonly unread: readonly Segment[];
  readonly facets: readonly Facet[];
  readonly statements: readonly string[];
}

/** Between an electric potential of any lead and the end of its block of codes. */
const ECG_CODE_MIN = 131328;
const ECG_CODE_MAX = 131583;
/** LOINC: EKG impression, EKG study observation narrative. */
const STATEMENT_CODES = new Set(['8601-7', '18844-1']);
const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

export function rowsOf(message: Message): Rows {
  const leads: LeadRow[] = [];
  const otherLeads: Segment[] = [];
  const unread: Segment[] = [];
  const facets: Facet[] = [];
  const statements: string[] = [];
  let obr: Segment | null = null;
  for (const segment of message.segments) {
    if (segment.id === 'OBR') obr = segment;
    if (segment.id !== 'OBX') continue;
    const type = segment.field(2);
    const what = segment.field(3);
    if (type.equals('NA')) {
      const name = leadOf(what);
      if (name) leads.push({ name, obx: segment, obr, node: segment.field(4).text() });
      else if (isWaveRow(what)) unread.push(segment);
      else if (isEcgCode(what)) otherLeads.push(segment);
    } else if (isWaveRow(what) || (type.equals('MA') && isEcgCode(what))) {
      unread.push(segment);
    } else {
      const name = facetName(what);
      if (name !== '') facets.push({ name, node: segment.field(4).text(), obx: segment });
      if (statements.length < STATEMENTS_MAX) statements.push(...statementOf(segment));
    }
  }
  return { leads, otherLeads, unread, facets, statements };
}

/** The code first, then its alternate, then the texts: files with swapped texts exist. */
function leadOf(what: Part): LeadName | null {
  for (const n of [1, 4]) {
    const code = what.component(n).text();
    if (/^\d{6}$/.test(code)) {
      const lead = parseLead(code);
      // A code that names something else is not overruled by its text.
      if (lead || isEcgNumber(code)) return lead;
    }
  }
  for (const n of [2, 1, 5]) {
    const lead = parseLead(what.component(n).text());
    if (lead) return lead;
  }
  return null;
}

function isEcgNumber(code: string): boolean {
  return Number(code) >= ECG_CODE_MIN && Number(code) <= ECG_CODE_MAX;
}

function isEcgCode(what: Part): boolean {
  const code = what.component(1).text();
  return (/^\d{6}$/.test(code) && isEcgNumber(code)) || /^MDC_ECG_/.test(facetName(what));
}

/** Chapter 7 of version 2.3 marks the rows of its waveform result by a suffix of OBX-3. */
function isWaveRow(what: Part): boolean {
  return /^(WAV|CHN|TIM|ANO)$/.test(what.component(1).subcomponent(2).text().toUpperCase());
}

function facetName(what: Part): string {
  const name = what.component(2).text();
  return name.startsWith('MDC_') ? name : what.component(1).text();
}

function statementOf(obx: Segment): string[] {
  const what = obx.field(3);
  const meant =
    STATEMENT_CODES.has(what.component(1).text()) || /INTERPRETATION/.test(facetName(what));
  if (!meant) return [];
  const coded = /^C[EWN]/.test(obx.field(2).text());
  return obx
    .field(5)
    .repetitions()
    .map((one) =>
      one
        .component(coded ? 2 : 1)
        .text()
        .slice(0, STATEMENT_CHARS_MAX),
    )
    .filter((text) => text !== '')
    .slice(0, STATEMENTS_MAX);
}
