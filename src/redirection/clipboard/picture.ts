/** A picture between its formats: red, green, blue, alpha (straight), top-down, without padding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Buffer;
  /** Every pixel is opaque. */
  readonly opaque: boolean;
}

/** 64 MiB as red, green, blue and alpha. */
export const mostPixels = 16 * 2 ** 20;

/** Neither nothing nor more than is taken. Pure. */
export function isSize(width: number, height: number): boolean {
  return width > 0 && height > 0 && width * height <= mostPixels;
}
