import { readFileSync, writeFileSync } from 'node:fs';
import { environmentName, SETTINGS } from '../../src/config.js';

/** `npm run docs:config` writes the table of settings; a spec fails while it is out of date. */
export const CONFIG_PAGE = 'docs/configuration.md';

const HEAD = `# Configuration

Generated from \`src/settings/\` by \`npm run docs:config\`. Every setting is an environment variable.
A secret may be given as \`…_FILE\` instead, naming a file that holds it. An unknown \`LEADWIRE_\` name
or a wrong value stops the start with a list of all that is wrong; names that Kubernetes injects for
Services are ignored.

| setting | default | what it is for |
| --- | --- | --- |
`;

export function configPage(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => {
    const { fallback, secret, help } = setting;
    const shown = 'shown' in setting ? setting.shown : undefined;
    const mark = secret ? ' (secret)' : '';
    const words = help.replaceAll('|', '\\|');
    return `| \`${environmentName(name)}\`${mark} | ${shown ?? shownAs(fallback)} | ${words} |`;
  });
  return `${HEAD}${rows.join('\n')}\n`;
}

function shownAs(fallback: unknown): string {
  if (fallback === null) return 'unset';
  return typeof fallback === 'string' || typeof fallback === 'number' ? `\`${fallback}\`` : 'none';
}

export function isConfigPageCurrent(): boolean {
  return readFileSync(CONFIG_PAGE, 'utf8') === configPage();
}

if (process.argv[1]?.endsWith('test/docs/config.ts')) writeFileSync(CONFIG_PAGE, configPage());
