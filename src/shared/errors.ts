/**
 * The one error type of the project.
 *
 * `code` is stable and dotted (`room.what-went-wrong`): scripts, tests and the documentation rely on it.
 * `message` is a sentence a user understands; `hint` says what the user can do about it.
 */
export class XPaneError extends Error {
  override readonly name = 'XPaneError';
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** What crosses a process boundary in place of an {@link XPaneError}. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Turns anything thrown into a report; an unknown error keeps its message under `internal.unexpected`. */
export function reportOf(thrown: unknown): ErrorReport {
  if (thrown instanceof XPaneError) {
    return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal.unexpected',
    message: `Something went wrong inside XPane: ${message}`,
    hint: 'Try again. If it happens again, report it with the log file that "xpane status" names.',
  };
}
