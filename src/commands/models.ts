import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import type { EvaluationRow, ModelCard } from '../core/decision/card.js';
import { verifyModels } from '../scoring/verify.js';

export async function models(args: readonly string[], config: Config): Promise<number> {
  if (args[0] !== 'verify') {
    process.stderr.write('leadwire models verify\n');
    return 1;
  }
  const { ready, rejected } = await verifyModels(config.modelsDir);
  for (const card of ready) {
    const bytes = weightBytes(join(config.modelsDir, card.id), card);
    process.stdout.write(`ready     ${describeModel(card, bytes)}\n`);
  }
  for (const { folder, failure } of rejected) {
    process.stdout.write(`rejected  ${folder}: ${failure.detail}\n`);
  }
  return rejected.length === 0 && ready.length > 0 ? 0 : 1;
}

function weightBytes(folder: string, { members }: ModelCard): number {
  return members.reduce((sum, { file }) => sum + statSync(join(folder, file)).size, 0);
}

const BYTES_PER_MB = 1_000_000;
const INDENT = ' '.repeat(10);

/** What a person asks first of a model: what it is, how heavy, how good and on whom. */
export function describeModel(card: ModelCard, bytes: number): string {
  const { id, version, title, standing, members, defaultMode, evaluation } = card;
  const labels = [...new Set(card.findings.map(({ labelProvenance }) => labelProvenance))];
  const networks = `${members.length} network${members.length === 1 ? '' : 's'}`;
  const [main] = evaluation;
  return [
    `${id} ${version} (${standing}): ${title}`,
    `${networks}, ${(bytes / BYTES_PER_MB).toFixed(1)} MB; labels: ${labels.join(', ')}; ` +
      `mode ${defaultMode} until a policy says otherwise`,
    main ? figure(main) : 'the card holds no figure of how good it is',
  ].join(`\n${INDENT}`);
}

function figure({ measure, estimate, records, positives, cohort, findingId }: EvaluationRow) {
  const of = findingId === null ? '' : ` of ${findingId}`;
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((one) =>
    one.toFixed(3),
  );
  return (
    `${measure}${of} ${value} (95 % ${low} to ${high}), ` +
    `${positives} positive of ${records}: ${cohort}`
  );
}
