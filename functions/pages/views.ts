import type { Connection, ConnectionEvent, ConnectionFailure } from '../../shared/domain/connection.ts';
import type { Connector } from '../../shared/domain/connectors.ts';
import type { Environment } from '../../shared/domain/environment.ts';
import type { ErrorCode } from '../../shared/domain/errors.ts';

/** Who is signed in to the broker's own pages; absent behind a connect link. */
export interface Viewer {
  readonly displayName: string;
  readonly username: string;
  /** To be sent back as the hidden field `csrf` of every form. */
  readonly csrfToken: string;
}

/** What every page needs. */
export interface PageFrame {
  readonly viewer?: Viewer;
}

/** One text to tell once at the top of a page, after something was done. */
export interface Notice {
  readonly tone: 'good' | 'bad' | 'info';
  readonly text: string;
}

export interface ConnectionsView extends PageFrame {
  readonly connections: readonly (Connection & { readonly lastFailure?: ConnectionFailure })[];
  /** Address of the next page of the list. */
  readonly nextHref?: string;
  /** The roles the viewer lacks for adding a connection: then the page says so instead of offering the button. */
  readonly mayAdd: boolean;
  /** The viewer has Connections.Manage and sees everybody's. */
  readonly managesAll: boolean;
  readonly principalId: string;
  readonly notice?: Notice;
}

export interface ConnectorsView extends PageFrame {}

/** One field of the authentication screen. Fixed ones are shown and cannot be changed. */
export interface FormField {
  readonly value: string;
  readonly fixed: boolean;
  readonly problem?: string;
}

/** The authentication screen, for a new connection, a retry, and behind a connect link. */
export interface AuthenticationView extends PageFrame {
  readonly connector: Connector;
  /** Where the form posts to. */
  readonly action: string;
  /** Hidden fields to send along (`csrf`, `key`, `connectionId`). */
  readonly hidden: Readonly<Record<string, string>>;
  readonly submitLabel: string;
  readonly name: FormField;
  readonly environment: FormField;
  readonly offeredEnvironments: readonly Environment[];
  readonly clientId: FormField;
  /** The secret is never sent back to the browser; `fixed` says that one is known already. */
  readonly clientSecret: { readonly fixed: boolean; readonly optional: boolean; readonly problem?: string };
  /** Space or line separated scopes, as typed. */
  readonly scopes: FormField;
  /** Names of the ticked presets (fields `preset`). */
  readonly presets: readonly string[];
  readonly tenantId: FormField;
  /** One principal id a line; absent behind a connect link. */
  readonly access?: FormField;
  readonly redirectUri: string;
  /** Behind a connect link: who asks, and which principals will get tokens. */
  readonly invitation?: {
    readonly requesterName: string;
    readonly requesterId: string;
    readonly users: readonly string[];
    readonly expectedAccount?: string;
    readonly expiresAt: Date;
  };
  /** A problem that belongs to no field. */
  readonly problem?: string;
}

/** Between the form and Microsoft: a link and a meta refresh, since CSP `form-action` covers redirects too. */
export interface ContinueView extends PageFrame {
  readonly connectionName: string;
  readonly environmentTitle: string;
  readonly href: string;
}

/** After a sign-in that succeeded. */
export interface ResultView extends PageFrame {
  readonly connection: Connection;
  readonly missingScopes: readonly string[];
  /** Plain words: what happens now. */
  readonly nextStep: string;
  /** Shown to the signed-in owner. */
  readonly connectionHref?: string;
}

/** Any failure a person sees. */
export interface FailureView extends PageFrame {
  readonly title: string;
  readonly detail: string;
  /** Decides who can mend it and how. */
  readonly code: ErrorCode;
  readonly correlationId: string;
  readonly fields?: readonly { readonly field: string; readonly message: string }[];
  readonly entraCorrelationId?: string;
  readonly adminConsentUrl?: string;
  readonly retryHref?: string;
  /** Where a sign-in to a connection failed that can be started again: how it was started. */
  readonly signIn?: 'session' | 'link';
  /** Seconds after which trying again makes sense, where known. */
  readonly retryAfterSeconds?: number;
  /** Where the callback of a sign-in that failed comes again: when it failed, and whether it can be started anew. */
  readonly replay?: { readonly failedAt: Date; readonly over: boolean };
}

/** The callback of a sign-in that has succeeded comes again. */
export interface ReplayView extends PageFrame {
  readonly succeededAt: Date;
  /** Where the sign-in was started from a session and the connection is still there. */
  readonly connectionHref?: string;
}

export interface ConnectionView extends PageFrame {
  readonly connection: Connection;
  readonly events: readonly ConnectionEvent[];
  readonly olderEventsHref?: string;
  readonly mayManage: boolean;
  /** True where the account has signed in and the viewer may confirm it. */
  readonly mayConfirm: boolean;
  /** Token lifetime facts for the times table. */
  readonly tokenExpiresAt?: Date;
  readonly nextRefreshAt?: Date;
  /** Why the last refresh gave no token, though the connection is not to blame. */
  readonly lastFailure?: ConnectionFailure;
  /** A connect link that was made just now; it is shown once. */
  readonly connectLink?: { readonly href: string; readonly expiresAt: Date };
  readonly redirectUri: string;
  readonly notice?: Notice;
}

/** Asks before a connection is deleted; says that the consent at Entra remains and who removes it. */
export interface DeleteView extends PageFrame {
  readonly connection: Connection;
  readonly myAppsUrl: string;
}

/** After deletion or sign-out. */
export interface MessageView extends PageFrame {
  readonly title: string;
  readonly text: string;
  /** Further paragraphs. */
  readonly more?: readonly string[];
  readonly link?: { readonly href: string; readonly label: string };
}
