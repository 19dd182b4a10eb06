import { type CodePage, fitToCodePage } from '../answers/ansi.ts';
import type { GuestAnswers } from '../answers/answers-ini.ts';
import type { XpAnswers } from '../answers/winnt-sif.ts';
import { computerName, type NameFacts } from '../host-facts/computer-name.ts';
import type { HostFacts } from '../host-facts/host-facts.ts';
import { channelKeyboardLayout } from '../host-facts/region.ts';
import type { Secret } from '../secret.ts';
import type { FirstTimePolicy } from './policy.ts';

type Names = Pick<NameFacts, 'taken' | 'random'>;

/**
 * What a guest that runs already is told, by policy and host. What the policy leaves to the guest is left out.
 * Pure but for `names.random`.
 */
export function answersByPolicy(policy: FirstTimePolicy, facts: HostFacts, names: Names): GuestAnswers {
  const { user, timeZone, region } = facts;
  return {
    ...(policy.setComputerName ? { computerName: nameBy(policy, facts, names) } : {}),
    ...(policy.setRegionalSettings
      ? { timeZoneKey: timeZone.key, localeId: region.localeId, keyboardLayout: channelKeyboardLayout }
      : {}),
    ...(policy.setUserData ? { fullName: user.fullName, organisation: policy.organisation } : {}),
  };
}

/** What only the user knows. */
export interface InstallationWishes {
  readonly productKey: Secret;
  readonly administratorPassword?: Secret;
  /** Of the CD's language. */
  readonly codePage: CodePage;
}

/**
 * What Windows' own set-up is told when it installs from the CD. It asks everything, so host and mask answer what the
 * policy would leave to a guest that is there already. Pure but for `names.random`.
 */
export function installationAnswers(
  policy: FirstTimePolicy,
  facts: HostFacts,
  names: Names,
  wishes: InstallationWishes,
): XpAnswers {
  const { user, timeZone, region } = facts;
  const fullName = fitToCodePage(user.fullName, wishes.codePage);
  return {
    ...wishes,
    // A name of which nothing is left says less than the login name.
    fullName: /[^_ ]/.test(fullName) ? fullName : user.loginName,
    organisation: policy.organisation,
    computerName: nameBy(policy, facts, names),
    timeZoneIndex: timeZone.index,
    localeId: region.localeId,
    keyboardLayout: channelKeyboardLayout,
    // The guest logs on by itself from now on: its agent is started then.
    autoLogonCount: 1000,
  };
}

function nameBy(policy: FirstTimePolicy, { user, hostName }: HostFacts, names: Names): string {
  return computerName(policy.computerNameMask, { userName: user.loginName, hostName, ...names });
}
