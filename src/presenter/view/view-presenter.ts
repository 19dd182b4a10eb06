import type {
  HostScreen,
  Presenter,
  StartNotice,
  StartSpec,
  Surface,
  SurfaceEvents,
  SurfaceSpec,
  SurfaceView,
  TrayIcon,
  TrayIconEvents,
  TrayIconSpec,
  UserAct,
} from '../presenter.ts';
import { ViewPointer } from './view-pointer.ts';
import { ViewSpace } from './view-space.ts';
import { type ViewParts, ViewSurface } from './view-surface.ts';

/**
 * Another presenter, seen in larger pixels and with an edge around each window: screen, places, pointer and sizes are
 * in pixels of the view. Owns nothing: surfaces are their openers', the presenter is whose it was; `close` closes that.
 */
export class ViewPresenter implements Presenter {
  readonly kind;
  readonly #inner: Presenter;
  readonly #space: ViewSpace;
  readonly #parts: ViewParts;

  constructor(inner: Presenter, view: SurfaceView) {
    this.kind = inner.kind;
    this.#inner = inner;
    const space = new ViewSpace(view);
    this.#space = space;
    this.#parts = {
      space,
      view,
      pointer: new ViewPointer(space),
      monitors: () => inner.screen.monitors,
      open: (spec, events) => inner.open(spec, events),
    };
  }

  get screen(): HostScreen {
    return this.#space.screenOf(this.#inner.screen);
  }

  get pixelPath(): Presenter['pixelPath'] {
    return this.#inner.pixelPath;
  }

  get clipboard(): Presenter['clipboard'] {
    return this.#inner.clipboard;
  }

  get preferredScale(): number {
    return this.#inner.preferredScale;
  }

  open(spec: SurfaceSpec, events: SurfaceEvents): Surface {
    return new ViewSurface(this.#parts, spec, events);
  }

  userAct(): UserAct {
    return this.#inner.userAct();
  }

  userWentOn(since: UserAct): boolean {
    return this.#inner.userWentOn(since);
  }

  announceStart(spec: StartSpec): StartNotice {
    return this.#inner.announceStart(spec);
  }

  openTrayIcon(spec: TrayIconSpec, events: TrayIconEvents): TrayIcon {
    const icon = this.#inner.openTrayIcon(spec, {
      onButton: (button, down, at) => events.onButton(button, down, this.#space.pointOnScreen(at)),
    });
    return {
      place: async () => {
        const rect = await icon.place();
        return rect && this.#space.rectOnScreen(rect);
      },
      update: (change) => icon.update(change),
      close: () => icon.close(),
    };
  }

  lockPointer(surface: Surface): void {
    this.#inner.lockPointer(surface instanceof ViewSurface ? surface.inner : surface);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}

/** The presenter as `view` shows it; the presenter itself where that changes nothing. */
export function presenterInView(presenter: Presenter, view: SurfaceView | undefined): Presenter {
  const changesNothing = view === undefined || (view.scale === 1 && view.edgePx === 0);
  return changesNothing ? presenter : new ViewPresenter(presenter, view);
}
