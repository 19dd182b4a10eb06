/** The argument of every command that is about one workspace. */
export const workspaceArgument = { name: 'workspace', description: 'id or name, see "xpane workspace list"' };
