import { pathToFileURL } from 'node:url';
import { examine } from './ptbxl-case.js';
import { readPtbxl } from './ptbxl-records.js';

/**
 * What the millimetre criteria say of every raw PTB-XL record, one JSON line each, for reports that
 * are made outside this language and hold a network beside them.
 */
export async function main(): Promise<void> {
  for (const record of (await readPtbxl()) ?? []) {
    const { criteria, quality } = examine(record);
    const forbids = [...new Set(quality.findings.flatMap((finding) => finding.forbids))];
    const verdicts = Object.fromEntries(criteria.map(({ id, verdict }) => [id, verdict]));
    process.stdout.write(`${JSON.stringify({ id: record.id, forbids, verdicts })}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
