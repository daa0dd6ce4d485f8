import type { VNode } from 'preact';
import { texts } from '../texts.ts';
import type { AuthenticationView } from '../views.ts';
import { Fact, Facts } from './facts.tsx';
import { TimeText } from './timeText.tsx';
import { UserText } from './userText.tsx';

const text = texts.invitation;

type Invitation = NonNullable<AuthenticationView['invitation']>;

/** Behind a connect link: who asks, who will get tokens, for which account, until when. */
export function InvitationPanel({ invitation }: { readonly invitation: Invitation }): VNode {
  const application = isApplication(invitation.requesterName);
  return (
    <section class="panel accent" aria-labelledby="invitation-title">
      <h2 id="invitation-title">
        {application ? (
          text.applicationTitle
        ) : (
          <>
            <UserText text={invitation.requesterName} /> {text.title}
          </>
        )}
      </h2>
      <p>{text.text}</p>
      <Facts>
        <Fact term={text.requester}>
          <Requester {...invitation} />
        </Fact>
        <Fact term={text.users}>
          {invitation.users.length === 0 ? (
            text.noUsers
          ) : (
            <ul class="plain">
              {invitation.users.map((user) => (
                <li>
                  {text.objectId} <code dir="auto">{user}</code>
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

const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** An application without a display name in its token is called by its id. */
function isApplication(name: string): boolean {
  return /^application\b/i.test(name) || new RegExp(`^${guid}$`, 'i').test(name);
}

/** Every id says whose it is: the application's own, or the object that stands for it or for the person. */
function Requester({ requesterName, requesterId }: Invitation): VNode {
  if (!isApplication(requesterName)) {
    return (
      <>
        <UserText text={requesterName} />, {text.objectId} <code dir="auto">{requesterId}</code>
      </>
    );
  }
  const [applicationId = requesterId] = new RegExp(guid, 'i').exec(requesterName) ?? [];
  return (
    <>
      {text.application} <code dir="auto">{applicationId}</code>
      {applicationId !== requesterId && (
        <>
          , {text.objectId} <code dir="auto">{requesterId}</code>
        </>
      )}
    </>
  );
}
