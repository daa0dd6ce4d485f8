import { type ErrorCode, errorTable, type Remedy } from '../../shared/domain/errors.ts';

/** Who can mend a failure, and how, in plain words. */
export interface RemedyText {
  readonly who: string;
  readonly how: string;
}

type ByCode = Readonly<Partial<Record<ErrorCode, RemedyText>>>;

const you = 'You';
const sender = 'Whoever sent you the link';
const appOwner = 'Whoever runs the app registration';
const brokerOperator = 'Whoever runs this broker';
const nobody = 'Nobody; it passes';

/** For codes that have no words of their own. */
const failureFallbacks: Readonly<Record<Remedy, RemedyText>> = {
  caller: {
    who: 'You, or whoever sent you here',
    how: 'Check the address and what was entered. If somebody sent you a link, ask them for a new one.',
  },
  user: {
    who: 'The person whose account it is',
    how: 'Start again and sign in with the right account. If it goes wrong again, pass on the IDs below.',
  },
  admin: {
    who: 'An administrator of the organisation',
    how: 'They have to give what is missing. Start again afterwards.',
  },
  operator: { who: brokerOperator, how: 'Pass on what this page says, with the IDs below.' },
  wait: { who: nobody, how: 'The trouble is temporary and nothing was lost. Wait, then try again.' },
};

const startAgain: RemedyText = {
  who: you,
  how: 'Start again from the connect link, or from the list of connections. Stay in one browser, and finish within ten minutes.',
};

/** For the person to whom a failure has just happened. */
const failures: ByCode = {
  cross_site_request: {
    who: you,
    how: 'Open the page anew in this browser and send its form from there. Nothing was changed.',
  },
  forbidden: {
    who: 'Whoever can give the permission named above',
    how: 'Ask them for it. Then sign out here and in again, so that it counts.',
  },
  not_found: {
    who: 'You, or whoever gave you the address',
    how: 'Check the address. What was there may have been deleted, or your account may not see it: the list of connections shows all that you may see.',
  },
  connection_not_pending: {
    who: 'Whoever manages the connection',
    how: 'There is nothing left to do on this page. The page of the connection, if there still is one, says how it stands.',
  },
  account_mismatch: {
    who: 'Whoever manages the connection',
    how: 'Open the page of the connection anew: it names the account that signed in.',
  },
  account_not_allowed: {
    who: you,
    how: 'Start again and choose an account of the kind that is allowed, usually a work or school account of the organisation.',
  },
  consent_declined: { who: you, how: 'Start again and accept the permissions that Microsoft shows.' },
  consent_required: {
    who: 'You or an administrator of the organisation',
    how: 'Start again and accept the permissions. If Microsoft does not let you, an administrator has to approve the app first.',
  },
  admin_consent_required: {
    who: 'An administrator of the organisation',
    how: 'They have to approve the app first. Start again afterwards.',
  },
  sign_in_failed: {
    who: 'You, or whoever the text above names',
    how: 'If it names somebody else, they have to act first. Then start again. If it goes wrong again, pass on what this page says, with the IDs below, to whoever runs the app registration.',
  },
  link_invalid: {
    who: sender,
    how: 'If the sign-in behind it succeeded, nothing is left to do. Otherwise, they have to send you a new link.',
  },
  link_expired: { who: sender, how: 'They have to send you a new link.' },
  state_invalid: startAgain,
  state_expired: startAgain,
  browser_mismatch: startAgain,
  authorization_superseded: {
    who: you,
    how: 'Finish the newer sign-in in its window. If there is none, start again from the connect link, or from the list of connections.',
  },
  authorization_replayed: {
    who: nobody,
    how: 'Wait a minute, then load this page again: it tells what came of the sign-in. If it still tells nothing, start again from the connect link, or from the list of connections.',
  },
  id_token_invalid: {
    who: 'You, or whoever runs this broker',
    how: 'Start the sign-in again. If it happens again, pass on what this page says, with the IDs below, to whoever runs this broker.',
  },
  scopes_missing: {
    who: appOwner,
    how: 'They have to add the permissions named above to the app registration. Start again afterwards, and accept them.',
  },
  app_credential_rejected: {
    who: appOwner,
    how: 'They have to create a new client secret. Pass on what this page says, with the IDs below.',
  },
  app_misconfigured: {
    who: appOwner,
    how: 'If you entered the client ID, tenant or environment, check them and start again. Otherwise, pass on what this page says, with the IDs below.',
  },
  identity_unavailable: {
    who: nobody,
    how: 'Microsoft has a temporary problem. Wait a few minutes, then start again.',
  },
  throttled: { who: nobody, how: 'Microsoft takes no more requests for now. Wait, then start again.' },
  storage_unavailable: {
    who: nobody,
    how: 'The broker cannot reach its storage at this moment. Wait a few minutes, then try again.',
  },
  vault_unavailable: {
    who: nobody,
    how: 'The broker cannot reach its key vault at this moment. Wait a few minutes, then try again.',
  },
  deployment_misconfigured: {
    who: brokerOperator,
    how: 'They have to give the broker its rights on vault and storage. Pass on what this page says, with the IDs below. Trying again does not help until then.',
  },
  internal: {
    who: brokerOperator,
    how: 'Tell them the correlation ID below. You can try again; if it fails again, they have to look into it.',
  },
};

/** Where a sign-in to a connection has just failed, and the words differ from elsewhere. */
const signInFailures: ByCode = {
  account_mismatch: {
    who: you,
    how: 'Start again and choose the account that is expected. If Microsoft goes on with the other one by itself, sign out there first.',
  },
  app_credential_rejected: {
    who: 'Whoever entered the client secret',
    how: 'Start again and enter the secret’s current value. If it was the right one, whoever runs the app registration has to renew it.',
  },
};

/** Who can mend what went wrong on a page, and how; `signIn` where a sign-in to a connection failed. */
export function failureRemedy(code: ErrorCode, signIn: boolean): RemedyText {
  return (
    (signIn ? signInFailures[code] : undefined) ?? failures[code] ?? failureFallbacks[errorTable[code].remedy]
  );
}

/** For whoever looks at a connection that is broken. */
const connectionFallbacks: Readonly<Record<Remedy, RemedyText>> = {
  caller: { who: 'Whoever manages the connection', how: 'They have to correct the connection.' },
  user: {
    who: 'The person whose account it is',
    how: 'They have to sign in again, with the same account. Until then, delete this connection and add or request it anew; runners then need the new connection ID.',
  },
  admin: {
    who: 'An administrator of the organisation',
    how: 'They have to approve the app or give the missing permission.',
  },
  operator: {
    who: appOwner,
    how: 'They have to correct the app. People need not sign in again.',
  },
  wait: { who: nobody, how: 'The broker tries again by itself.' },
};

const brokenConnections: ByCode = {
  app_credential_rejected: {
    who: appOwner,
    how: 'Add a new client secret at Entra, then sign in to any connection of this app with it: all its connections work again, and nobody else has to sign in.',
  },
  deployment_misconfigured: {
    who: brokerOperator,
    how: 'They have to give the broker its rights on vault and storage. People need not sign in again.',
  },
  id_token_invalid: { who: brokerOperator, how: 'They have to look into it, with what this page says.' },
  internal: { who: brokerOperator, how: 'They have to look into it, with what this page says.' },
};

/** Accounts that are disabled (50057) or deleted (500341): no sign-in helps before an administrator has acted. */
const lostAccount: RemedyText = {
  who: 'An administrator of the organisation',
  how: 'They have to restore the account first. Then delete this connection and add or request it anew; runners then need the new connection ID.',
};
const lostAccountCodes: readonly (number | undefined)[] = [50057, 500341];

/** Who can mend a broken connection, and how. */
export function connectionRemedy(failure: {
  readonly code: ErrorCode;
  readonly remedy: Remedy;
  readonly aadstsCode?: number;
}): RemedyText {
  if (lostAccountCodes.includes(failure.aadstsCode)) return lostAccount;
  return brokenConnections[failure.code] ?? connectionFallbacks[failure.remedy];
}
