import type { Standing } from '../ingest/rest/standing.js';
import type { Sent } from '../sandbox/cart.js';
import type { SandboxEhr } from '../sandbox/ehr/server.js';
import type { Visit } from '../sandbox/virtual-ed.js';

export interface Case {
  readonly visit: Visit;
  readonly control: string;
  readonly sent: readonly Sent[];
}

export interface Verdict {
  /** Nothing is open any more: what is not right now will not become right. */
  readonly settled: boolean;
  readonly right: number;
  readonly rows: readonly (readonly string[])[];
}

/** What the service says of each case beside what truly stands in the EHR. */
export async function judge(
  cases: readonly Case[],
  httpUrl: string,
  ehr: SandboxEhr,
): Promise<Verdict> {
  const rows: (readonly string[])[] = [];
  let right = 0;
  let settled = true;
  for (const one of cases) {
    const standing = await standingOf(one, httpUrl);
    const results = resultsFor(one, ehr);
    const isOpen =
      standing?.assessment?.state !== 'done' ||
      standing.deliveries.some(({ state }) => state !== 'delivered');
    if (isOpen) settled = false;
    if (!isOpen && results === 1) right += 1;
    rows.push([
      String(one.visit.number),
      one.visit.condition,
      one.sent.map(({ door }) => door).join(', '),
      standing?.receiptId.slice(-8) ?? 'none',
      findingsOf(standing),
      (standing?.deliveries ?? []).map(({ state }) => state).join(', ') || 'none',
      String(results),
    ]);
  }
  return { settled, right, rows };
}

async function standingOf({ control, sent }: Case, httpUrl: string): Promise<Standing | null> {
  const receiptId = sent[0]?.receiptId ?? (await receiptOf(control, httpUrl));
  if (receiptId === null) return null;
  return (await (await fetch(new URL(`/api/receipts/${receiptId}`, httpUrl))).json()) as Standing;
}

/** A cart knows its control id and nothing of our receipts, as an interface analyst does. */
async function receiptOf(control: string, httpUrl: string): Promise<string | null> {
  const address = new URL(`/api/receipts?messageId=${control}&outcome=ecg`, httpUrl);
  const found = (await (await fetch(address)).json()) as { receipts: { receiptId: string }[] };
  return found.receipts[0]?.receiptId ?? null;
}

function resultsFor({ visit }: Case, ehr: SandboxEhr): number {
  const patient = JSON.stringify(visit.reading.patient?.value);
  return ehr.store.all('RiskAssessment').filter((one) => JSON.stringify(one).includes(patient))
    .length;
}

function findingsOf(standing: Standing | null): string {
  const result = standing?.assessment?.result;
  if (!result) return 'none yet';
  const findings = result.findings.map(
    ({ title, probability, positive }) =>
      `${positive ? 'POSITIVE' : 'below threshold'} ${Math.round(probability * 100)} % ${title}`,
  );
  return [...findings, ...result.abstentions.map(({ detail }) => `withheld: ${detail}`)].join('; ');
}

const HEADINGS = ['patient', 'truth', 'doors', 'receipt', 'finding', 'delivery', 'in the EHR'];

export function table(rows: readonly (readonly string[])[]): string {
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? '').length)),
  );
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}
