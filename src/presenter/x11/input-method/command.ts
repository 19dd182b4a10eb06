/** The process is started as `xpane input-method`; not a command for people. */
export const inputMethodCommand = 'input-method';
