/**
 * What lies where on the set-up disk. All names are short ones in capitals and small letters alike, so that every
 * guest finds them, whichever of the disk's two name spaces it reads.
 */
const folder = 'xpane';

export const installerPath = `${folder}/install.exe`;
export const agentPath = `${folder}/agent.exe`;
export const answersPath = `${folder}/answers.ini`;
export const secretPath = `${folder}/secret.key`;
export const manifestPath = `${folder}/manifest.txt`;
export const autorunPath = 'autorun.inf';

export const setupDiskLabel = 'XPANE_SETUP';
