import type { TemplateResult } from 'lit-html';
import type { Board } from './board.js';
import type { Me, Permission } from './contract.js';

/** What every page of the board may use. */
export interface Screen {
  readonly board: Board;
  readonly me: Me;
  readonly may: (permission: Permission) => boolean;
  /** Draws again, soon. */
  readonly update: () => void;
  /** For everyone, read aloud as well; an error stays until it is closed. */
  readonly say: (text: string, kind?: 'done' | 'error') => void;
  readonly go: (hash: string) => void;
  readonly isWall: boolean;
}

/** One page: drawn whenever something changed, asked first about keys. */
export interface View {
  readonly title: string;
  render(): TemplateResult;
  key?(key: string): boolean;
  close?(): void;
}
