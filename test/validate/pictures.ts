import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { readPtbxl } from './ptbxl-records.js';
import { drawnSection } from './pictures/drawn-section.js';
import { realSection } from './pictures/real-section.js';
import { skipped } from './skipped.js';

const REPORT = new URL('../../docs/validation/pictures.md', import.meta.url);
const BEGIN = '<!-- pages: begin -->';
const END = '<!-- pages: end -->';
const SOURCES = 12;

/**
 * `npm run validate:pictures`: pages that are drawn, worn and read again, and real pages. Two numbers
 * make it shorter: how many ECGs of each source in a draw, and every how-manieth real page.
 */
export async function main(sources: number, every: number): Promise<void> {
  const records = await readPtbxl();
  if (!records) {
    skipped('pictures', 'PTB-XL records');
    return;
  }
  const lines = [
    BEGIN,
    '## Reading a page back into an ECG',
    '',
    'Made by `npm run validate:pictures`; do not edit between the marks. Intervals are Wilson’s, 95 %.',
    '',
    ...(await drawnSection(records, sources)),
    ...(await realSection(every)),
    END,
  ];
  await mkdir(new URL('.', REPORT), { recursive: true });
  await writeFile(REPORT, merged(await known(), lines.join('\n')));
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The other part of the report is written by the network's own measurement. */
async function known(): Promise<string> {
  try {
    return await readFile(REPORT, 'utf8');
  } catch {
    return '# Pictures\n';
  }
}

function merged(report: string, section: string): string {
  const [from, to] = [report.indexOf(BEGIN), report.indexOf(END)];
  if (from < 0 || to < from) return `${report.trimEnd()}\n\n${section}\n`;
  return report.slice(0, from) + section + report.slice(to + END.length);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(Number(process.argv[2] ?? SOURCES), Number(process.argv[3] ?? 1));
}
