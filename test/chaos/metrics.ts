/** What the service's own ledger says is still to be done, read where a monitor would read it. */
export interface OpenCounts {
  readonly open: number;
  readonly parked: number;
}

const ROWS = /^leadwire_ledger_rows\{table="(\w+)",state="([\w-]+)"\} (\d+)$/gm;
const OPEN = new Set([
  'assessments/pending',
  'deliveries/pending',
  'deliveries/claimed',
  'receipts/to-fetch',
]);

/** Null while nobody answers, or while the answer does not come from the ledger. */
export async function openCounts(httpPort: number): Promise<OpenCounts | null> {
  const text = await scrape(httpPort);
  if (text === null || !/^leadwire_ledger_up 1$/m.test(text)) return null;
  let open = 0;
  let parked = 0;
  for (const [, table = '', state = '', count = '0'] of text.matchAll(ROWS)) {
    if (OPEN.has(`${table}/${state}`)) open += Number(count);
    // A sound ECG that was set aside is as bad as a result that was.
    if (state === 'parked' || state === 'at-fault' || state === 'refused') parked += Number(count);
  }
  return { open, parked };
}

async function scrape(httpPort: number): Promise<string | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`, {
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
