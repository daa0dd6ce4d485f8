import type { VNode } from 'preact';
import type { Connection, ConnectionStatus } from '../../../shared/domain/connection.ts';
import { texts } from '../texts.ts';
import { Icon, type IconName } from './icon.tsx';

const icons: Readonly<Record<ConnectionStatus, IconName>> = {
  pending: 'clock',
  connected: 'check',
  needs_sign_in: 'warning',
  needs_admin_consent: 'shield',
  suspended: 'pause',
};

/** True while somebody has signed in but nobody has confirmed the account. */
export function awaitsConfirmation(connection: Connection): boolean {
  return connection.status === 'pending' && connection.account !== undefined && !connection.accountConfirmed;
}

/** The status of a connection by words and shape; colour only repeats it. */
export function StatusBadge({ connection }: { readonly connection: Connection }): VNode {
  const { status } = connection;
  return (
    <span class={`badge ${status}`}>
      <Icon name={icons[status]} />
      {awaitsConfirmation(connection) ? texts.waitingForConfirmation : texts.status[status]}
    </span>
  );
}
