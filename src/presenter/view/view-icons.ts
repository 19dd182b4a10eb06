import type { IconImage } from '../presenter.ts';
import { drawSquares, wordsOf } from '../squares.ts';

const enlarged = new WeakMap<IconImage, Map<number, IconImage>>();

/** The icons, and each as large as the window shows its pixels: a taskbar with room for it need not blur it. */
export function iconsInView(icons: readonly IconImage[], scale: number): readonly IconImage[] {
  return scale === 1 ? icons : icons.flatMap((icon) => [icon, enlargedIcon(icon, scale)]);
}

/** Made once for each icon: they are told apart by identity. */
function enlargedIcon(icon: IconImage, scale: number): IconImage {
  const known = enlarged.get(icon) ?? new Map<number, IconImage>();
  enlarged.set(icon, known);
  const before = known.get(scale);
  if (before) return before;
  const width = icon.width * scale;
  const height = icon.height * scale;
  const words = new Uint32Array(width * height);
  const from = { words: wordsOf(icon.bgra), stride: icon.width };
  drawSquares({ words, stride: width }, { x: 0, y: 0, width, height }, from, scale);
  const made = { width, height, bgra: new Uint8Array(words.buffer) };
  known.set(scale, made);
  return made;
}
