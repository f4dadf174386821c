import {
  parseExtraLead,
  parseLead,
  type ExtraLeadName,
  type LeadName,
} from '../../core/ecg/lead.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Part, Segment } from '../../wire/hl7v2/segment.js';
import { statementsIn } from './statements.js';

/** One OBX that carries the samples of one lead. */
export interface LeadRow<Name extends LeadName | ExtraLeadName = LeadName> {
  readonly name: Name;
  readonly obx: Segment;
  /** OBX-4: where it hangs in the device's tree. */
  readonly node: string;
}

/** A row that says something about another: OBX-4 of the other, and one number more. */
export interface Facet {
  readonly name: string;
  readonly node: string;
  readonly obx: Segment;
}

/** A row of a waveform by chapter 7 of version 2.3: what it is, and OBX-4, which groups such rows. */
export interface WaveRow {
  readonly kind: WaveKind;
  readonly group: string;
  readonly obx: Segment;
}

export type WaveKind = 'TIM' | 'CHN' | 'WAV' | 'ANO';

/** The rows of a message by what they carry, and the orders above them. */
export interface Rows {
  readonly leads: readonly LeadRow[];
  readonly extraLeads: readonly LeadRow<ExtraLeadName>[];
  /** Rows that carry an ECG lead which is not known, or one that says not which. */
  readonly otherLeads: readonly Segment[];
  readonly waves: readonly WaveRow[];
  /** Files inside the message, and addresses of files. */
  readonly enclosed: readonly Segment[];
  readonly pointers: readonly Segment[];
  /** Rows of an ECG in an encoding that is not read here. */
  readonly unread: readonly Segment[];
  readonly facets: readonly Facet[];
  readonly statements: readonly string[];
  readonly orderOf: ReadonlyMap<Segment, Segment>;
}

/** Between an electric potential of any lead and the end of its block of codes. */
const ECG_CODE_MIN = 131328;
const ECG_CODE_MAX = 131583;
const STATEMENTS_MAX = 50;

export function rowsOf(message: Message): Rows {
  const leads: LeadRow[] = [];
  const extraLeads: LeadRow<ExtraLeadName>[] = [];
  const otherLeads: Segment[] = [];
  const waves: WaveRow[] = [];
  const enclosed: Segment[] = [];
  const pointers: Segment[] = [];
  const unread: Segment[] = [];
  const facets: Facet[] = [];
  const statements: string[] = [];
  const orderOf = new Map<Segment, Segment>();
  let obr: Segment | null = null;
  for (const obx of message.segments) {
    if (obx.id === 'OBR') obr = obx;
    if (obx.id !== 'OBX') continue;
    if (obr) orderOf.set(obx, obr);
    const type = obx.field(2).text();
    const what = obx.field(3);
    const node = obx.field(4).text();
    const kind = waveKindOf(what);
    if (kind !== null) {
      waves.push({ kind, group: node, obx });
    } else if (type === 'NA') {
      const lead = nameIn(what, parseLead);
      const extra = lead ? null : nameIn(what, parseExtraLead);
      if (lead) leads.push({ name: lead, obx, node });
      else if (extra) extraLeads.push({ name: extra, obx, node });
      else if (isEcgCode(what)) otherLeads.push(obx);
    } else if (type === 'MA') {
      if (isEcgCode(what)) unread.push(obx);
    } else if (type === 'ED') {
      enclosed.push(obx);
    } else if (type === 'RP') {
      pointers.push(obx);
    } else {
      const name = facetName(what);
      if (name !== '') facets.push({ name, node, obx });
      if (statements.length < STATEMENTS_MAX) statements.push(...statementsIn(obx, name));
    }
  }
  return {
    leads,
    extraLeads,
    otherLeads,
    waves,
    enclosed,
    pointers,
    unread,
    facets,
    statements: statements.slice(0, STATEMENTS_MAX),
    orderOf,
  };
}

/** The code first, then its alternate, then the texts: files with swapped texts exist. */
function nameIn<Name>(what: Part, parse: (text: string) => Name | null): Name | null {
  for (const n of [1, 4]) {
    const code = what.component(n).text();
    if (/^\d{6}$/.test(code)) {
      const name = parse(code);
      // A code that names something else is not overruled by its text.
      if (name || isEcgNumber(code)) return name;
    }
  }
  for (const n of [2, 1, 5, 4]) {
    const name = parse(what.component(n).text());
    if (name) return name;
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

/** The suffix stands behind the code (`93000&WAV^EKG`), or as a component of its own. */
function waveKindOf(what: Part): WaveKind | null {
  const first = what.component(1);
  const texts = [first.subcomponent(2), first, ...[2, 3, 4].map((n) => what.component(n))];
  for (const part of texts) {
    if (part.end - part.start !== 3) continue;
    const kind = part.text().toUpperCase();
    if (kind === 'TIM' || kind === 'CHN' || kind === 'WAV' || kind === 'ANO') return kind;
  }
  return null;
}

function facetName(what: Part): string {
  const name = what.component(2).text();
  return name.startsWith('MDC_') ? name : what.component(1).text();
}
