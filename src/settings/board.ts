import { count, setting, type Setting } from './kinds.js';

/** The board: what it shows and who may look. */
export const BOARD = {
  boardHorizonHours: setting(
    count(1, 720),
    24,
    'ECGs taken longer ago than this leave the worklist of the board.',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;
