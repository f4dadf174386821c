import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** Talks to a running service: the ledger has one owner. */
export async function replay(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:3000' },
      'token-file': { type: 'string' },
    },
  });
  const tokenFile = values['token-file'];
  const headers: Record<string, string> =
    tokenFile === undefined
      ? {}
      : { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
  if (positionals.length === 0) {
    process.stderr.write('leadwire replay RECEIPT... [--url U] [--token-file F]\n');
    return 1;
  }
  let failed = 0;
  for (const id of positionals) {
    const address = new URL(`/api/receipts/${encodeURIComponent(id)}/replay`, values.url);
    const answer = await fetch(address, { method: 'POST', headers }).catch(() => null);
    if (!answer?.ok) failed += 1;
    const where = answer?.headers.get('location') ?? '';
    process.stdout.write(`${id} ${answer ? `${answer.status} ${where}` : 'no answer'}\n`);
  }
  return failed === 0 ? 0 : 2;
}
