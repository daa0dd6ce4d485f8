import type { VNode } from 'preact';
import type { Connection, ConnectionEvent } from '../../../shared/domain/connection.ts';
import { texts } from '../texts.ts';
import type { ConnectionView } from '../views.ts';
import { TimeText } from './timeText.tsx';
import { UserText } from './userText.tsx';

const text = texts.connection;

/** The history of a connection, newest first. */
export function EventList({ view }: { readonly view: ConnectionView }): VNode {
  return (
    <section class="panel" aria-labelledby="events-title">
      <h2 id="events-title">{text.events}</h2>
      {view.events.length === 0 ? (
        <p class="muted">{text.noEvents}</p>
      ) : (
        <ol class="events">
          {view.events.map((event) => (
            <EventItem event={event} connection={view.connection} />
          ))}
        </ol>
      )}
      {view.olderEventsHref !== undefined && (
        <p>
          <a href={view.olderEventsHref}>{text.olderEvents}</a>
        </p>
      )}
    </section>
  );
}

function EventItem({
  event,
  connection,
}: {
  readonly event: ConnectionEvent;
  readonly connection: Connection;
}): VNode {
  return (
    <li>
      <p class="event-time muted small">
        <TimeText at={event.at} />
      </p>
      <div>
        <p>
          <strong>{texts.events[event.type]}</strong>
          {event.from !== undefined && event.to !== undefined && event.from !== event.to && (
            <span class="muted">
              {' '}
              · {texts.status[event.from]} → {texts.status[event.to]}
            </span>
          )}
        </p>
        <p>
          <UserText text={event.cause} />
        </p>
        <p class="muted small">
          {text.by} <Actor actor={event.actor} connection={connection} />
        </p>
      </div>
    </li>
  );
}

function Actor({ actor, connection }: { readonly actor: string; readonly connection: Connection }): VNode {
  const known = Object.hasOwn(texts.actors, actor) ? texts.actors[actor] : undefined;
  if (known !== undefined) return <>{known}</>;
  if (actor === connection.owner) return <UserText text={connection.ownerName} />;
  return <code dir="auto">{actor}</code>;
}
