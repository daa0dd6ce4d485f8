import type { Remedy } from '../../shared/domain/errors.ts';

/** Who can mend a failure, and how, in plain words. */
export interface RemedyText {
  readonly who: string;
  readonly how: string;
}

/** For the person to whom a failure has just happened. */
export const failureRemedies: Readonly<Record<Remedy, RemedyText>> = {
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
    how: 'An administrator has to approve the app or give the missing permission first. Start again afterwards.',
  },
  operator: {
    who: 'Whoever runs the app registration or this broker',
    how: 'Signing in again does not help. Pass on what this page says, with the IDs below.',
  },
  wait: {
    who: 'Nobody; it passes',
    how: 'The trouble is temporary and nothing was lost. Wait a few minutes, then try again.',
  },
};

/** For the person whose sign-in failed since the secret entered before it was wrong. */
export const secretRemedy: RemedyText = {
  who: 'Whoever entered the client secret',
  how: 'Start again and enter the secret’s current value. If it was the right one, whoever runs the app registration has to renew it.',
};

/** For whoever looks at a connection that is broken. */
export const connectionRemedies: Readonly<Record<Remedy, RemedyText>> = {
  caller: { who: 'Whoever manages the connection', how: 'They have to correct the connection.' },
  user: {
    who: 'The person whose account it is',
    how: 'They have to sign in again, with the same account.',
  },
  admin: {
    who: 'An administrator of the organisation',
    how: 'They have to approve the app or give the missing permission.',
  },
  operator: {
    who: 'Whoever runs the app registration',
    how: 'They have to renew or correct the app. People need not sign in again.',
  },
  wait: { who: 'Nobody; it passes', how: 'The broker tries again by itself.' },
};
