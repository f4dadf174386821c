import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Leaves of what npm installs for all only what this image runs: onnxruntime ships nine platforms,
 * 288 MB, and runs on one; pdfjs-dist ships a viewer and builds for browsers. Run in a production
 * tree, after `npm prune`.
 */
const packages = join(process.cwd(), 'node_modules');

function bytesOf(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

function told(name, root, prune) {
  const before = bytesOf(root);
  prune();
  const mebibytes = (bytes) => `${(bytes / 1_048_576).toFixed(0)} MiB`;
  console.log(`${name}: ${mebibytes(before)} -> ${mebibytes(bytesOf(root))}`);
}

const remove = (path) => {
  rmSync(path, { recursive: true, force: true });
};

const onnx = join(packages, 'onnxruntime-node', 'bin', 'napi-v6');
told('onnxruntime', onnx, () => {
  for (const platform of readdirSync(onnx)) {
    for (const arch of readdirSync(join(onnx, platform))) {
      const isOurs = platform === process.platform && arch === process.arch;
      if (!isOurs) remove(join(onnx, platform, arch));
    }
  }
});

const pdf = join(packages, 'pdfjs-dist');
told('pdfjs', pdf, () => {
  for (const name of [
    'build',
    'web',
    'types',
    'image_decoders',
    'legacy/web',
    'legacy/image_decoders',
  ]) {
    remove(join(pdf, name));
  }
  const legacy = join(pdf, 'legacy', 'build');
  for (const name of readdirSync(legacy)) {
    if (!['pdf.mjs', 'pdf.worker.mjs'].includes(name)) remove(join(legacy, name));
  }
});

/** The image is glibc: a build for musl that npm took along is never loaded. */
const canvas = join(packages, '@napi-rs');
told('canvas', canvas, () => {
  for (const name of readdirSync(canvas)) if (name.endsWith('-musl')) remove(join(canvas, name));
});
