import type { PointerImage, PointerLook } from '../presenter.ts';
import { drawSquares, wordsOf } from '../squares.ts';

/** As large as the window shows its pixels; the host's own shapes have their size from the user. */
export function pointerInView(look: PointerLook, scale: number): PointerLook {
  return look.kind === 'image' && scale > 1 ? { kind: 'image', image: enlarged(look.image, scale) } : look;
}

function enlarged(image: PointerImage, scale: number): PointerImage {
  const width = image.width * scale;
  const height = image.height * scale;
  const words = new Uint32Array(width * height);
  const from = { words: wordsOf(image.bgra), stride: image.width };
  drawSquares({ words, stride: width }, { x: 0, y: 0, width, height }, from, scale);
  return {
    key: `${image.key}*${scale}`,
    width,
    height,
    bgra: new Uint8Array(words.buffer),
    // The middle of the square that was the pixel.
    hotSpot: {
      x: image.hotSpot.x * scale + Math.floor(scale / 2),
      y: image.hotSpot.y * scale + Math.floor(scale / 2),
    },
  };
}
