import type { VNode } from 'preact';
import { texts } from '../texts.ts';
import type { AuthenticationView } from '../views.ts';
import { Fact, Facts } from './facts.tsx';
import { TimeText } from './timeText.tsx';
import { UserText } from './userText.tsx';

type Invitation = NonNullable<AuthenticationView['invitation']>;

/** Behind a connect link: who asks, who will get tokens, for which account, until when. */
export function InvitationPanel({ invitation }: { readonly invitation: Invitation }): VNode {
  const text = texts.invitation;
  return (
    <section class="panel accent" aria-labelledby="invitation-title">
      <h2 id="invitation-title">
        <UserText text={invitation.requesterName} /> {text.title}
      </h2>
      <p>{text.text}</p>
      <Facts>
        <Fact term={text.requester}>
          <UserText text={invitation.requesterName} /> <code>{invitation.requesterId}</code>
        </Fact>
        <Fact term={text.users}>
          {invitation.users.length === 0 ? (
            text.noUsers
          ) : (
            <ul class="plain">
              {invitation.users.map((user) => (
                <li>
                  <code dir="auto">{user}</code>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact term={text.expectedAccount}>
          {invitation.expectedAccount === undefined ? (
            text.anyAccount
          ) : (
            <strong>
              <UserText text={invitation.expectedAccount} />
            </strong>
          )}
        </Fact>
        <Fact term={text.expires}>
          <TimeText at={invitation.expiresAt} />
        </Fact>
      </Facts>
    </section>
  );
}
