#!/usr/bin/env bash
# Makes or completes the broker's own app registration: its API, its sign-in and its federated credential.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: register.sh --cloud CLOUD [options]

Makes the app registration of a broker, or completes the one that exists. Safe to run again: what is there stays,
what is missing is added. Needs az (signed in to the right cloud and tenant) and jq, and the Entra role Application
Developer, or Application Administrator where people may not register apps. No client secret is made.

  --cloud CLOUD            office365, usgov-l4, usgov-l5 or china
  --name NAME              display name of the registration (Connection broker)
  --client-id ID           complete this registration, whatever its name
  --base-url URL           origin of a deployment, https://broker.contoso.com; adds its redirect URI
  --identity-principal ID  object id of the deployment's managed identity (output identityPrincipalId); adds it as
                           federated credential
  --credential-name NAME   name of that federated credential, one for each deployment (broker)
  --assign ID=ROLE         gives a person, group or managed identity (object id) an app role: Connections.Create,
                           Connections.Manage or Tokens.Read. May be stated several times
  --help                   shows this

Prints BROKER_TENANT_ID and BROKER_CLIENT_ID, which the parameter files read.
TEXT
}

fail() {
  printf 'register.sh: %s\n' "$1" >&2
  exit 1
}

cloud='' name='Connection broker' client_id='' base_url='' identity_principal='' credential_name='broker'
assignments=()
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --cloud | --name | --client-id | --base-url | --identity-principal | --credential-name | --assign)
      [ $# -ge 2 ] || fail "$1 takes a value. See --help."
      case "$1" in
        --cloud) cloud=$2 ;;
        --name) name=$2 ;;
        --client-id) client_id=$2 ;;
        --base-url) base_url=${2%/} ;;
        --identity-principal) identity_principal=$2 ;;
        --credential-name) credential_name=$2 ;;
        --assign) assignments+=("$2") ;;
      esac
      shift 2
      ;;
    *) fail "$1 is no option. See --help." ;;
  esac
done

# Name in az, authority, Microsoft Graph, audience of federated credentials.
case "$cloud" in
  office365)
    azure_cloud=AzureCloud
    authority=https://login.microsoftonline.com
    graph=https://graph.microsoft.com
    audience=api://AzureADTokenExchange
    ;;
  usgov-l4)
    azure_cloud=AzureUSGovernment
    authority=https://login.microsoftonline.us
    graph=https://graph.microsoft.us
    audience=api://AzureADTokenExchangeUSGov
    ;;
  usgov-l5)
    azure_cloud=AzureUSGovernment
    authority=https://login.microsoftonline.us
    graph=https://dod-graph.microsoft.us
    audience=api://AzureADTokenExchangeUSGov
    ;;
  china)
    azure_cloud=AzureChinaCloud
    authority=https://login.partner.microsoftonline.cn
    graph=https://microsoftgraph.chinacloudapi.cn
    audience=api://AzureADTokenExchangeChina
    ;;
  *) fail '--cloud takes office365, usgov-l4, usgov-l5 or china.' ;;
esac
case "$base_url" in
  '' | https://*) ;;
  *) fail '--base-url takes an https origin without a path.' ;;
esac
for assignment in ${assignments[@]+"${assignments[@]}"}; do
  case "${assignment#*=}" in
    Connections.Create | Connections.Manage | Tokens.Read) ;;
    *) fail "--assign takes ID=ROLE, and there is no role ${assignment#*=}." ;;
  esac
done
for tool in az jq; do command -v "$tool" >/dev/null || fail "$tool is missing."; done

current=$(az cloud show --query name --output tsv)
[ "$current" = "$azure_cloud" ] ||
  fail "az is set to $current. Run: az cloud set --name $azure_cloud && az login"
tenant_id=$(az account show --query tenantId --output tsv) || fail 'Run: az login'

# Calls Microsoft Graph of this cloud: method, path, and a body from standard input where there is one. az's own
# commands ask the Graph that az knows for the cloud, which is not that of L5.
graph() {
  local method=$1 path=$2 body
  if [ "$method" = GET ] || [ "$method" = DELETE ]; then
    az rest --method "$method" --url "$graph/v1.0/$path" --resource "$graph" --output json
    return
  fi
  body=$(cat)
  az rest --method "$method" --url "$graph/v1.0/$path" --resource "$graph" --output json \
    --headers 'Content-Type=application/json' --body "$body"
}

# A new object is not at once everywhere in Entra.
eventually() {
  local tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 6 ] || return 1
    sleep 5
  done
}

encode() { jq --null-input --raw-output --arg text "$1" '$text | @uri'; }

if [ -n "$client_id" ]; then
  filter="appId eq '$client_id'"
else
  filter="displayName eq '${name//\'/\'\'}'"
fi
found=$(graph GET "applications?\$filter=$(encode "$filter")")
case "$(jq '.value | length' <<<"$found")" in
  0)
    [ -z "$client_id" ] || fail "There is no app registration with the client id $client_id."
    printf 'Making the app registration "%s".\n' "$name" >&2
    app=$(jq --null-input --arg name "$name" '{displayName: $name, signInAudience: "AzureADMyOrg"}' |
      graph POST applications)
    ;;
  1) app=$(jq '.value[0]' <<<"$found") ;;
  *) fail "Several app registrations are called \"$name\". State --client-id." ;;
esac
object_id=$(jq --raw-output .id <<<"$app")
client_id=$(jq --raw-output .appId <<<"$app")

# Keeps roles, scopes and redirect URIs that are there, with their ids.
wanted=$(jq --arg base "$base_url" '
  def keep($there; $ours; $key): $there + [$ours[] | select(.[$key] as $value | all($there[]; .[$key] != $value))];
  {
    identifierUris: ((.identifierUris // []) + ["api://\(.appId)"] | unique),
    api: ((.api // {}) + {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: keep(.api.oauth2PermissionScopes // []; [{
        id: "5b2ad1f4-6a0f-4f0e-9a55-1c7a3a3c9d01",
        value: "access_as_user",
        type: "User",
        isEnabled: true,
        adminConsentDisplayName: "Call the connection broker",
        adminConsentDescription: "Calls the connection broker as the signed-in person, with that person'"'"'s roles.",
        userConsentDisplayName: "Call the connection broker",
        userConsentDescription: "Calls the connection broker as you, with your roles."
      }]; "value")
    }),
    appRoles: keep(.appRoles // []; [
      {
        id: "5b2ad1f4-6a0f-4f0e-9a55-1c7a3a3c9d11",
        value: "Connections.Create",
        displayName: "Create connections",
        description: "Starts connections and manages those it started."
      },
      {
        id: "5b2ad1f4-6a0f-4f0e-9a55-1c7a3a3c9d12",
        value: "Connections.Manage",
        displayName: "Manage connections",
        description: "Manages the connections it may see."
      },
      {
        id: "5b2ad1f4-6a0f-4f0e-9a55-1c7a3a3c9d13",
        value: "Tokens.Read",
        displayName: "Fetch tokens",
        description: "Fetches tokens of the connections it may use."
      }
    ] | map(. + {isEnabled: true, allowedMemberTypes: ["User", "Application"]}); "value"),
    web: {
      redirectUris: ((.web.redirectUris // []) + (if $base == "" then [] else ["\($base)/signin/callback"] end) | unique),
      implicitGrantSettings: {enableIdTokenIssuance: false, enableAccessTokenIssuance: false}
    }
  }' <<<"$app")
update_app() { graph PATCH "applications/$object_id" <<<"$wanted" >/dev/null; }
eventually update_app || fail 'The app registration could not be completed.'

find_principal() { graph GET "servicePrincipals?\$filter=$(encode "appId eq '$client_id'")"; }
principal_id=$(find_principal | jq --raw-output '.value[0].id // empty')
if [ -z "$principal_id" ]; then
  make_principal() {
    principal_id=$(jq --null-input --arg appId "$client_id" '{appId: $appId}' | graph POST servicePrincipals |
      jq --raw-output .id)
  }
  eventually make_principal || fail 'The enterprise application could not be made.'
fi

if [ -n "$identity_principal" ]; then
  credential=$(jq --null-input --arg name "$credential_name" --arg issuer "$authority/$tenant_id/v2.0" \
    --arg subject "$identity_principal" --arg audience "$audience" \
    '{name: $name, issuer: $issuer, subject: $subject, audiences: [$audience],
      description: "Managed identity of the connection broker"}')
  credentials="applications/$object_id/federatedIdentityCredentials"
  known=$(graph GET "$credentials" | jq --raw-output --arg name "$credential_name" \
    '.value[] | select(.name == $name) | .id')
  if [ -z "$known" ]; then
    graph POST "$credentials" <<<"$credential" >/dev/null
  else
    jq 'del(.name)' <<<"$credential" | graph PATCH "$credentials/$known" >/dev/null
  fi
fi

for assignment in ${assignments[@]+"${assignments[@]}"}; do
  principal=${assignment%%=*} role=${assignment#*=}
  role_id=$(jq --raw-output --arg role "$role" '.appRoles[] | select(.value == $role) | .id' <<<"$wanted")
  given=$(graph GET "servicePrincipals/$principal_id/appRoleAssignedTo?\$top=999" | jq --arg principal "$principal" \
    --arg role "$role_id" 'any(.value[]; .principalId == $principal and .appRoleId == $role)')
  [ "$given" = true ] && continue
  assign_role() {
    jq --null-input --arg principal "$principal" --arg resource "$principal_id" --arg role "$role_id" \
      '{principalId: $principal, resourceId: $resource, appRoleId: $role}' |
      graph POST "servicePrincipals/$principal_id/appRoleAssignedTo" >/dev/null
  }
  eventually assign_role || fail "$principal could not be given $role."
done

printf 'BROKER_TENANT_ID=%s\nBROKER_CLIENT_ID=%s\n' "$tenant_id" "$client_id"
