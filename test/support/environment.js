import { TestEnvironment } from 'jest-environment-node';

// Tests report to nobody either; see src/main.ts.
process.env.ORT_DISABLE_TELEMETRY = '1';

/**
 * onnxruntime's native side checks tensors against the outer realm's typed arrays, which jest's
 * sandbox replaces: without this every run fails with "data must be type of Float32Array".
 */
export default class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of [
      'Float32Array',
      'Float64Array',
      'Int16Array',
      'Int32Array',
      'BigInt64Array',
      'Uint8Array',
      'ArrayBuffer',
    ]) {
      this.global[name] = globalThis[name];
    }
  }
}
