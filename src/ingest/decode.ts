import type { Reading } from '../core/ecg/reading.js';
import type { Result } from '../core/failure.js';

/**
 * The ECG in what came through a door. A picture takes a second and is waited for before anything is
 * committed; it rejects only where nothing can be said now, and then nothing is kept.
 */
export type Decode = (bytes: Uint8Array) => Result<Reading> | Promise<Result<Reading>>;
