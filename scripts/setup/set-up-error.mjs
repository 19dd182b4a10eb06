/** A failure that the user can do something about. The code is stable: scripts and tests rely on it. */
export class SetUpError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {string} hint
   */
  constructor(code, message, hint) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
