import { type Point, type Rect, type Size, sameRect } from '../../shared/geometry.ts';
import type {
  PixelPatch,
  PointerLook,
  ShowState,
  Surface,
  SurfaceEvents,
  SurfaceLook,
  SurfaceSpec,
  SurfaceView,
} from '../presenter.ts';
import { iconsInView } from './view-icons.ts';
import type { ViewPointer } from './view-pointer.ts';
import { pointerInView } from './view-pointer-look.ts';
import type { ViewSpace } from './view-space.ts';

/** What the surfaces of one view share. */
export interface ViewParts {
  readonly space: ViewSpace;
  readonly view: SurfaceView;
  readonly pointer: ViewPointer;
  /** Parts of the screen that popups keep inside, in its own pixels. */
  readonly monitors: () => readonly Rect[];
  readonly open: (spec: SurfaceSpec, events: SurfaceEvents) => Surface;
}

/** A surface in the pixels of a view: its owner knows neither how large they are on the screen nor of the edge. */
export class ViewSurface implements Surface {
  readonly #parts: ViewParts;
  readonly #inner: Surface;
  /** Where the window is on the screen, or was last asked to be. */
  #window: Rect;
  /** The last place that the surface's owner knows of: told by it, or told to it. */
  #known: Rect;

  constructor(parts: ViewParts, spec: SurfaceSpec, events: SurfaceEvents) {
    this.#parts = parts;
    const { space, view } = parts;
    // What belongs to a window is to the pixel where it is beside that one.
    const { owner } = spec;
    const offset = owner instanceof ViewSurface ? space.offsetOf(owner.#window) : { x: 0, y: 0 };
    this.#window = fitted(space.windowOf(spec.content, offset), parts.monitors(), offset);
    this.#known = spec.content;
    const look = { ...spec, ...this.#inScreenPixels(spec) };
    this.#inner = parts.open({ ...look, content: this.#window, view }, this.#translating(events));
  }

  /** The surface that this one shows itself on. */
  get inner(): Surface {
    return this.#inner;
  }

  get content(): Rect {
    return this.#parts.space.contentOf(this.#inner.content);
  }

  update(change: Partial<SurfaceLook>): void {
    this.#inner.update({ ...change, ...this.#inScreenPixels(change) });
  }

  place(content: Rect): void {
    const { space } = this.#parts;
    const before = space.contentOf(this.#window);
    const { x, y, width, height } = space.windowOf(content, space.offsetOf(this.#window));
    this.#known = content;
    // A size that stays keeps what is over: a maximised window is no multiple of anything.
    this.#window = {
      x,
      y,
      width: content.width === before.width ? this.#window.width : width,
      height: content.height === before.height ? this.#window.height : height,
    };
    this.#inner.place(this.#window);
  }

  setState(state: ShowState): void {
    this.#inner.setState(state);
  }

  activate(): void {
    this.#inner.activate();
  }

  demandAttention(): void {
    this.#inner.demandAttention();
  }

  withdrawAttention(): void {
    this.#inner.withdrawAttention();
  }

  setPointer(look: PointerLook): void {
    this.#inner.setPointer(pointerInView(look, this.#parts.space.scale));
  }

  stack(where: 'above' | 'below', other: Surface): void {
    this.#inner.stack(where, innerOf(other));
  }

  paint(size: Size, patches: readonly PixelPatch[]): Promise<void> {
    return this.#inner.paint(size, patches);
  }

  close(): void {
    this.#inner.close();
  }

  /** Those parts of a look that are not the same on the screen. */
  #inScreenPixels(look: Partial<SurfaceLook>): Partial<SurfaceLook> {
    const { space } = this.#parts;
    const size = (limit: Size | undefined) => limit && space.windowSizeOf(limit);
    return {
      ...('owner' in look ? { owner: look.owner && innerOf(look.owner) } : {}),
      ...('minSize' in look ? { minSize: size(look.minSize) } : {}),
      ...('maxSize' in look ? { maxSize: size(look.maxSize) } : {}),
      ...('shape' in look ? { shape: space.shapeOf(look.shape) } : {}),
      ...(look.icons ? { icons: iconsInView(look.icons, space.scale) } : {}),
    };
  }

  #translating(events: SurfaceEvents): SurfaceEvents {
    const { pointer, space } = this.#parts;
    const { fileDrops } = events;
    const at = (point: Point) => pointer.at(point, this.content);
    return {
      onPlaced: (window) => this.#placed(window, events),
      onCloseRequested: () => events.onCloseRequested(),
      mayFocus: () => events.mayFocus(),
      onFocus: (focused) => events.onFocus(focused),
      onState: (state) => events.onState(state),
      onKey: (key) => events.onKey(key),
      onPointerMove: (point) => events.onPointerMove(at(point)),
      onPointerButton: (button, down, point, timeMs) =>
        events.onPointerButton(button, down, pointer.button(button, down, point, this.content), timeMs),
      onPointerRelative: (x, y) => {
        const { dx, dy } = pointer.way(x, y);
        // Nothing is told as it is: the lock begins with it.
        if ((x === 0 && y === 0) || dx !== 0 || dy !== 0) events.onPointerRelative(dx, dy);
      },
      onWheel: (vertical, horizontal, point) => events.onWheel(vertical, horizontal, at(point)),
      onClickElsewhere: () => events.onClickElsewhere(),
      ...(fileDrops && {
        fileDrops: {
          mayDrop: () => fileDrops.mayDrop(),
          dropped: (paths: readonly string[], point: Point) =>
            fileDrops.dropped(paths, space.pointWithin(point, this.content)),
        },
      }),
    };
  }

  #placed(window: Rect, events: SurfaceEvents): void {
    this.#window = window;
    const content = this.#parts.space.contentOf(window);
    if (sameRect(content, this.#known)) return;
    this.#known = content;
    events.onPlaced(content);
  }
}

function innerOf(surface: Surface): Surface {
  return surface instanceof ViewSurface ? surface.inner : surface;
}

/** Without the offset where that takes it over the end of the monitor that it is on. */
function fitted(window: Rect, monitors: readonly Rect[], offset: Point): Rect {
  const x = window.x - offset.x;
  const y = window.y - offset.y;
  const area = monitors.find(
    (each) => x >= each.x && x < each.x + each.width && y >= each.y && y < each.y + each.height,
  );
  if (!area) return window;
  const overRight = window.x + window.width > area.x + area.width;
  const overBottom = window.y + window.height > area.y + area.height;
  return { ...window, x: overRight ? x : window.x, y: overBottom ? y : window.y };
}
