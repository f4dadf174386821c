import type { Agreement, Row, RowAlert, RowFinding } from './contract.js';

/** The sentences of the board. Silence is worded, and nothing here ever says "normal" of an ECG. */
const LIKELIHOOD: Readonly<Record<RowFinding['likelihood'], string>> = {
  negligible: 'very unlikely',
  low: 'unlikely',
  moderate: 'possible',
  high: 'likely',
  certain: 'very likely',
};

export function likelihoodWord({ likelihood }: RowFinding): string {
  return LIKELIHOOD[likelihood];
}

export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 1) return '< 1 %';
  if (value > 99 && value < 100) return '> 99 %';
  return `${Math.round(value)} %`;
}

/** Half of a percent is no uncertainty that anybody can act on, yet it is not none. */
export function spreadWords(spread: number | null): string {
  if (spread === null) return 'spread not known';
  return `± ${Math.max(1, Math.round(spread * 100))} points`;
}

const AGREEMENT: Readonly<Record<Agreement, readonly [sign: string, words: string]>> = {
  both: ['●●', 'Network and criteria agree'],
  'network-only': ['●○', 'Network only, criteria not met'],
  'criteria-only': ['○●', 'Criteria only, network below threshold'],
  neither: ['○○', 'Neither network nor criteria'],
  unknown: ['–', 'Network and criteria not compared'],
};

export function agreementOf(agreement: Agreement): {
  readonly sign: string;
  readonly words: string;
} {
  const [sign, words] = AGREEMENT[agreement];
  return { sign, words };
}

const ALERT: Readonly<Record<RowAlert['state'], string>> = {
  raised: 'Alert raised',
  delivered: 'Alert delivered',
  acknowledged: 'Acknowledged',
  escalated: 'Escalated',
  resolved: 'Resolved',
  superseded: 'Replaced by a newer ECG',
  withdrawn: 'Alert taken back',
};

export function alertWord({ state }: RowAlert): string {
  return ALERT[state];
}

/** Somebody has still to say that they know. */
export function isOpen(alert: RowAlert | null): boolean {
  return alert !== null && ['raised', 'delivered', 'escalated'].includes(alert.state);
}

export const NOT_NORMAL = 'not a normal ECG report';

/** Rules are met, and no network says so too: because it disagrees, or because it had no say. */
export function rulesSpeakAlone(row: Row): boolean {
  if (row.agreement === 'criteria-only') return true;
  return row.findings.length === 0 && criteriaMet(row).length > 0;
}

/** The one line that stands for an ECG without anything positive. */
export function quietVerdict(row: Row): string {
  if (row.state === 'pending') return 'Being scored …';
  if (row.state === 'parked') return 'Could not be scored: read this ECG yourself';
  if (row.corrected === 'withdrawn') return 'This ECG was withdrawn';
  if (row.corrected === 'superseded') return 'Replaced by a corrected ECG';
  if (rulesSpeakAlone(row)) {
    const met = criteriaMet(row).map(({ title }) => title);
    const why = row.findings.length === 0 ? 'No network finding' : 'Network below its threshold';
    return `Criteria met: ${met.join('; ')}. ${why}`;
  }
  if (row.findings.length === 0) return `Not assessed – ${NOT_NORMAL}`;
  const isOmi = row.findings.some(({ findingId }) => /omi/i.test(findingId));
  return isOmi ? `No OMI pattern found – ${NOT_NORMAL}` : `No pattern found – ${NOT_NORMAL}`;
}

/** In the order in which the service tells them: the clinically first one is the headline. */
export function positives({ findings }: Row): readonly RowFinding[] {
  return findings.filter(({ positive }) => positive);
}

export function criteriaMet({ criteria }: Row): Row['criteria'] {
  return criteria.filter(({ positive }) => positive === true);
}

const REASONS: Readonly<Record<string, string>> = {
  'age-outside-card': 'outside the age it was made for',
  'demographics-unknown': 'age or sex not known',
  'recording-too-short': 'recording too short',
  'lead-incomplete': 'a lead is incomplete',
  quality: 'signal not good enough',
  'model-failed': 'the network failed',
  'members-disagree': 'its members disagree',
  'unlike-training': 'unlike anything it was trained on',
};

export function reasonWord(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('-', ' ');
}

export function personOf({ patient }: Row): string {
  return patient.name ?? 'Name not known';
}

export function ageSexOf({ patient }: Row): string {
  const age = patient.ageYears === null ? 'age ?' : `${patient.ageYears} y`;
  const sex = patient.sex === null ? 'sex ?' : patient.sex.slice(0, 1).toUpperCase();
  return `${age} · ${sex}`;
}

export function initialsOf({ patient }: Row): string {
  const parts = (patient.name ?? '').split(/[\s,^]+/).filter((part) => part !== '');
  return parts.length === 0 ? '–' : parts.map((part) => `${part.slice(0, 1)}.`).join(' ');
}
