import koffi from 'koffi';
import type { Log } from '../../../shared/log.ts';

/** What became of a key: nothing special; swallowed by a sequence; the last of one that made this text. */
export type Composition = 'none' | 'kept' | { readonly text: string };

/** Turns dead keys and Compose sequences into text, by the user's own rules. */
export interface Composer {
  /** Takes the keysym of a key press without Ctrl, Alt and Super. */
  feed(keysym: number): Composition;
  /** Forgets a sequence that was begun. */
  reset(): void;
}

// xkbcommon-compose.h
const FEED_IGNORED = 0;
const STATUS = { nothing: 0, composing: 1, composed: 2, cancelled: 3 } as const;
/** xkbcommon.h: what is wrong with a user's Compose file is not to be printed over our output. */
const LOG_LEVEL_CRITICAL = 10;
/** Compose files know no longer text than some words. */
const MOST_TEXT_BYTES = 256;
const FALLBACK_LOCALE = 'C.UTF-8';

/**
 * The rules of the locale's Compose file, or of ~/.XCompose, by libxkbcommon: what every native program of the
 * desktop goes by. A sequence that leads nowhere vanishes with its last key, as in those. Without the library dead
 * keys and Compose do nothing; that is logged, once.
 */
export function openComposer(log: Log, environment: NodeJS.ProcessEnv = process.env): Composer {
  try {
    return compose(new ComposeState(localeOf(environment)));
  } catch (error) {
    log.warn({ error: String(error) }, 'Dead keys and Compose do not work: libxkbcommon cannot be used');
    return { feed: () => 'none', reset: () => undefined };
  }
}

function compose(state: ComposeState): Composer {
  return {
    feed(keysym) {
      // Modifiers within a sequence neither belong to it nor end it.
      if (state.feed(keysym) === FEED_IGNORED) return 'none';
      const status = state.status();
      if (status === STATUS.nothing) return 'none';
      if (status === STATUS.composing) return 'kept';
      const text = status === STATUS.composed ? state.text() : '';
      state.reset();
      return text === '' ? 'kept' : { text };
    },
    reset: () => state.reset(),
  };
}

/** As setlocale(LC_CTYPE, "") chooses it. */
function localeOf(environment: NodeJS.ProcessEnv): string {
  return environment.LC_ALL || environment.LC_CTYPE || environment.LANG || FALLBACK_LOCALE;
}

/** libxkbcommon's compose state. Its few hundred kilobytes live as long as the process: displays share them. */
class ComposeState {
  static readonly #tables = new Map<string, unknown>();
  readonly #calls = libxkbcommon();
  readonly #state: unknown;
  readonly #buffer = Buffer.alloc(MOST_TEXT_BYTES);

  constructor(locale: string) {
    let table = ComposeState.#tables.get(locale);
    if (!table) {
      const context = this.#calls.newContext(0);
      if (!context) throw new Error('no context');
      this.#calls.setLogLevel(context, LOG_LEVEL_CRITICAL);
      // A locale without a Compose file of its own, or with one that is not UTF-8, gets the common one.
      table = this.#calls.newTable(context, locale, 0) ?? this.#calls.newTable(context, FALLBACK_LOCALE, 0);
      if (!table) throw new Error(`no Compose file for ${locale}`);
      ComposeState.#tables.set(locale, table);
    }
    this.#state = this.#calls.newState(table, 0);
    if (!this.#state) throw new Error('no memory');
  }

  feed(keysym: number): number {
    return this.#calls.feed(this.#state, keysym);
  }

  status(): number {
    return this.#calls.status(this.#state);
  }

  reset(): void {
    this.#calls.reset(this.#state);
  }

  text(): string {
    const length = this.#calls.text(this.#state, this.#buffer, this.#buffer.length);
    return this.#buffer.toString('utf8', 0, Math.min(Math.max(length, 0), this.#buffer.length - 1));
  }
}

interface ComposeCalls {
  newContext(flags: number): unknown;
  setLogLevel(context: unknown, level: number): void;
  newTable(context: unknown, locale: string, flags: number): unknown;
  newState(table: unknown, flags: number): unknown;
  feed(state: unknown, keysym: number): number;
  status(state: unknown): number;
  text(state: unknown, buffer: Buffer, size: number): number;
  reset(state: unknown): void;
}

let calls: ComposeCalls | undefined;

function libxkbcommon(): ComposeCalls {
  if (!calls) {
    const lib = koffi.load('libxkbcommon.so.0');
    calls = {
      newContext: lib.func('void *xkb_context_new(int flags)'),
      setLogLevel: lib.func('void xkb_context_set_log_level(void *context, int level)'),
      newTable: lib.func(
        'void *xkb_compose_table_new_from_locale(void *context, const char *locale, int flags)',
      ),
      newState: lib.func('void *xkb_compose_state_new(void *table, int flags)'),
      feed: lib.func('int xkb_compose_state_feed(void *state, uint32_t keysym)'),
      status: lib.func('int xkb_compose_state_get_status(void *state)'),
      text: lib.func('int xkb_compose_state_get_utf8(void *state, _Out_ uint8_t *buffer, size_t size)'),
      reset: lib.func('void xkb_compose_state_reset(void *state)'),
    };
  }
  return calls;
}
