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

interface StatusBadgeProps {
  readonly connection: Connection;
  /** Connected, but the broker cannot refresh it at present. */
  readonly refreshFailed?: boolean;
}

/** The status of a connection by words and shape; colour only repeats it. */
export function StatusBadge({ connection, refreshFailed = false }: StatusBadgeProps): VNode {
  const { status } = connection;
  if (refreshFailed) {
    return (
      <span class="badge needs_sign_in">
        <Icon name="warning" />
        {texts.status[status]} · {texts.refreshFailed}
      </span>
    );
  }
  return (
    <span class={`badge ${status}`}>
      <Icon name={icons[status]} />
      {awaitsConfirmation(connection) ? texts.waitingForConfirmation : texts.status[status]}
    </span>
  );
}
