import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

/**
 * A site that pages for anything: the models shipped, as a site that may use them would hold them,
 * and a policy that was approved for just these. What is measured with it is how often somebody is
 * paged, not how well.
 */
export function writePagingSite(
  folder: string,
  more: { readonly alerts?: object; readonly approvedBy?: string | null } = {},
): Readonly<Record<'LEADWIRE_MODELS_DIR' | 'LEADWIRE_POLICY_FILE', string>> {
  const modelsDir = join(folder, 'models');
  mkdirSync(modelsDir, { recursive: true });
  const approvedFor: Record<string, string> = {};
  const models: Record<string, object> = {};
  for (const entry of readdirSync(MODELS, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === 'training') continue;
    cpSync(join(MODELS, entry.name), join(modelsDir, entry.name), { recursive: true });
    const path = join(modelsDir, entry.name, 'card.json');
    const card = JSON.parse(readFileSync(path, 'utf8')) as object;
    const text = JSON.stringify({ ...card, standing: 'evaluation' });
    writeFileSync(path, text);
    approvedFor[entry.name] = createHash('sha256').update(text).digest('hex');
    models[entry.name] = { mode: 'alert', threshold: 1e-9 };
  }
  const policyFile = join(folder, 'policy.json');
  const policy = {
    version: 'test',
    approvedBy: more.approvedBy === undefined ? 'A. Physician' : more.approvedBy,
    validUntil: '2999-01-01T00:00:00Z',
    approvedFor,
    models,
    alerts: { cap: null, ...more.alerts },
  };
  writeFileSync(policyFile, JSON.stringify(policy));
  return { LEADWIRE_MODELS_DIR: modelsDir, LEADWIRE_POLICY_FILE: policyFile };
}
