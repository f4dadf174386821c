import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Leaves one platform of what npm installs for all: onnxruntime ships nine, 288 MB, and runs on
 * one. Run in a production tree, after `npm prune`.
 */
const root = join(process.cwd(), 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6');

function bytesOf(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

const before = bytesOf(root);
for (const platform of readdirSync(root)) {
  for (const arch of readdirSync(join(root, platform))) {
    const isOurs = platform === process.platform && arch === process.arch;
    if (!isOurs) rmSync(join(root, platform, arch), { recursive: true });
  }
}
const mebibytes = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
console.log(`onnxruntime: ${mebibytes(before)} -> ${mebibytes(bytesOf(root))}`);
