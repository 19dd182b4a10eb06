import type { Size } from '../../../shared/geometry.ts';
import type { SurfaceView } from '../../presenter.ts';
import type { XConnection } from '../x11-client.ts';

const COPY_FROM_PARENT = 0;
/** Longer than any window: the part that reaches over its end is not seen. */
const LONGEST_PX = 32_767;
/** Which corner a strip keeps its distance from when its window is resized. */
const gravity = { northWest: 1, northEast: 3, southWest: 7 } as const;
const OPAQUE = 0xff00_0000;

/**
 * Puts the coloured edge along the sides of a window that is `size` large now: four windows inside of it, which the
 * server itself paints and keeps in place. Nothing that is drawn into their parent reaches them, whatever the guest
 * sends, and there is no moment at which a window that grows has no edge. They end with their parent, take no events,
 * and presses on them are the parent's.
 */
export function drawTrustEdge(
  { client }: XConnection,
  parent: number,
  { width, height }: Size,
  { edgePx, edgeColour }: SurfaceView,
): void {
  const strips = [
    { x: 0, y: 0, width: LONGEST_PX, height: edgePx, winGravity: gravity.northWest },
    { x: 0, y: 0, width: edgePx, height: LONGEST_PX, winGravity: gravity.northWest },
    { x: width - edgePx, y: 0, width: edgePx, height: LONGEST_PX, winGravity: gravity.northEast },
    { x: 0, y: height - edgePx, width: LONGEST_PX, height: edgePx, winGravity: gravity.southWest },
  ];
  for (const strip of strips) {
    const id = client.AllocID();
    const { x, y, winGravity } = strip;
    // Opaque on visuals with an alpha channel, too; others have no use for these bits.
    const backgroundPixel = (OPAQUE | edgeColour) >>> 0;
    client.CreateWindow(id, parent, x, y, strip.width, strip.height, 0, 0, 0, COPY_FROM_PARENT, {
      backgroundPixel,
      winGravity,
    });
    client.MapWindow(id);
  }
}
