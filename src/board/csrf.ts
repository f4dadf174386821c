import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Viewer } from './gate.js';

export const CSRF_HEADER = 'x-csrf';
const CHANGES_NOTHING = ['GET', 'HEAD', 'OPTIONS'];

/** Whatever changes something brings back the word that only our own page was told. */
export function csrfMatches(request: Request, viewer: Pick<Viewer, 'csrf'>): boolean {
  if (CHANGES_NOTHING.includes(request.method)) return true;
  return timingSafeEqual(digest(request.get(CSRF_HEADER) ?? ''), digest(viewer.csrf));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
