import type { Config } from '../config.js';
import { verifyModels } from '../scoring/verify.js';

export async function models(args: readonly string[], config: Config): Promise<number> {
  if (args[0] !== 'verify') {
    process.stderr.write('leadwire models verify\n');
    return 1;
  }
  const { ready, rejected } = await verifyModels(config.modelsDir);
  for (const card of ready) {
    process.stdout.write(
      `ready     ${card.id} ${card.version} (${card.standing}): ${card.title}\n`,
    );
  }
  for (const { folder, failure } of rejected) {
    process.stdout.write(`rejected  ${folder}: ${failure.detail}\n`);
  }
  return rejected.length === 0 && ready.length > 0 ? 0 : 1;
}
