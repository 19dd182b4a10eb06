import { type Rect, sameRect } from '../../../shared/geometry.ts';

/** More unanswered wishes than this are forgotten, oldest first. */
const MAX_WISHES = 64;

/**
 * Tells a window's own moves from those that others made.
 *
 * Every place asked for is a wish. An observed place that grants a wish is no news; one that lies half-way (the
 * position of the wish with the old size, or the other way round: window managers move frame and content one
 * after the other) waits for what follows; everything else is news at once, so that each step of a user's drag
 * comes through.
 */
export class Placement {
  #current: Rect;
  #wishes: { readonly rect: Rect; readonly told: number }[] = [];
  /** How often the owner of the window was told news. */
  #told = 0;
  /** The last place that the owner of the window knows of: told by it, or told to it. */
  #known: Rect;

  constructor(initial: Rect) {
    this.#current = initial;
    this.#known = initial;
    this.wish(initial);
  }

  get current(): Rect {
    return this.#current;
  }

  /** The last wish, if it is still unanswered; where the window is, otherwise. */
  get expected(): Rect {
    return this.#wishes.at(-1)?.rect ?? this.#current;
  }

  get waiting(): boolean {
    return this.#wishes.length > 0;
  }

  wish(rect: Rect): void {
    this.#wishes.push({ rect, told: this.#told });
    if (this.#wishes.length > MAX_WISHES) this.#wishes.shift();
  }

  /** Takes what the host said. Gives the rectangle if it is news to the window's owner. */
  observe(rect: Rect): Rect | undefined {
    const before = this.#current;
    this.#current = rect;
    const granted = this.#wishes.findIndex((wish) => sameRect(wish.rect, rect));
    const wish = this.#wishes[granted];
    if (wish) {
      this.#wishes.splice(0, granted + 1);
      // The owner was told of another place after it wished for this one: a window manager does things in its order.
      if (wish.told !== this.#told) return this.#news();
      this.#known = rect;
      return undefined;
    }
    if (this.#wishes.some((each) => halfWay(before, each.rect, rect))) return undefined;
    return this.#news();
  }

  /** No more answers are to be expected. Gives where the window is if its owner does not know. */
  settle(): Rect | undefined {
    this.#wishes = [];
    return this.#news();
  }

  #news(): Rect | undefined {
    if (sameRect(this.#current, this.#known)) return undefined;
    this.#known = this.#current;
    this.#told++;
    return this.#current;
  }
}

function halfWay(before: Rect, wish: Rect, seen: Rect): boolean {
  const among = (a: number, b: number, c: number) => c === a || c === b;
  return (
    among(before.x, wish.x, seen.x) &&
    among(before.y, wish.y, seen.y) &&
    among(before.width, wish.width, seen.width) &&
    among(before.height, wish.height, seen.height)
  );
}
