import { ok, refuse, type Result } from '../../core/failure.js';
import { PICTURE_LIMITS } from './limits.js';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A size within the bounds, or the refusal that names it. */
export function boundedSize(width: number, height: number): Result<PictureSize> {
  const { pixelsMax, sidePixelsMax } = PICTURE_LIMITS;
  if (width === 0 || height === 0) return refuse('picture-broken', 'the picture has no size');
  if (width * height > pixelsMax || Math.max(width, height) > sidePixelsMax) {
    const most = `${pixelsMax / 1_000_000} million pixels and ${sidePixelsMax} on a side`;
    return refuse(
      'picture-too-large',
      `the picture has ${width} x ${height} pixels, at most ${most} are read: scan at 300 dpi`,
    );
  }
  return ok({ width, height });
}

export function cutShort(what: string): Result<never> {
  return refuse('picture-broken', `the ${what} picture is cut short or damaged: send it again`);
}
