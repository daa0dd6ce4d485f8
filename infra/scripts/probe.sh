#!/usr/bin/env bash
# Checks a broker from the outside: is it up, does it refuse strangers, does a connection begin, does a token come.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: probe.sh --base-url URL [options]

Checks a broker from the outside. Without a token: health, readiness, the refusal of strangers. With a token for its
API: makes a connection, opens its connect link, deletes it (role Connections.Create), and with --connection fetches
a token for that connection and calls Microsoft Graph with it (role Tokens.Read, and use of the connection). Needs curl and jq. No
token is printed.

  --base-url URL    origin of the broker
  --client-id ID    client id of the broker's app registration: az gets a token for its API, as whom it is signed in
  --token-file FILE a token for the API, where az is not the way
  --connection ID   a connection kept for this probe
  --only-token      fetches that token only: for a caller who may not make connections
  --graph-path PATH what to read from Graph with its token (/v1.0/me/mailFolders/inbox)
  --help            shows this
TEXT
}

fail() {
  printf 'probe.sh: %s\n' "$1" >&2
  exit 1
}

base_url='' client_id='' token_file='' connection='' only_token=false graph_path='/v1.0/me/mailFolders/inbox'
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --only-token)
      only_token=true
      shift
      ;;
    --base-url | --client-id | --token-file | --connection | --graph-path)
      [ $# -ge 2 ] || fail "$1 takes a value. See --help."
      case "$1" in
        --base-url) base_url=${2%/} ;;
        --client-id) client_id=$2 ;;
        --token-file) token_file=$2 ;;
        --connection) connection=$2 ;;
        --graph-path) graph_path=$2 ;;
      esac
      shift 2
      ;;
    *) fail "$1 is no option. See --help." ;;
  esac
done
[ -n "$base_url" ] || fail '--base-url is missing. See --help.'
for tool in curl jq; do command -v "$tool" >/dev/null || fail "$tool is missing."; done

answer=$(mktemp)
made=''
cleanup() {
  rm -f "$answer"
  [ -z "$made" ] || call DELETE "$base_url/api/v1/connections/$made" >/dev/null || true
}
trap cleanup EXIT

token=''
# Method and URL, body from the third argument. The token goes in by standard input, so that no process list shows it.
call() {
  local method=$1 url=$2 body=${3:-}
  {
    [ -z "$token" ] || printf 'header = "Authorization: Bearer %s"\n' "$token"
    [ -z "$body" ] || printf 'header = "Content-Type: application/json"\n'
  } | curl --silent --show-error --max-time 60 --config - --request "$method" ${body:+--data "$body"} \
    --output "$answer" --write-out '%{http_code}' "$url"
}

# What is asked, the status it has to have, and what to call.
expect() {
  local what=$1 wanted=$2 status
  shift 2
  status=$(call "$@")
  if [ "$status" != "$wanted" ]; then
    printf 'failed  %s: %s instead of %s. %s\n' "$what" "$status" "$wanted" \
      "$(jq --compact-output '{code, detail, correlationId, dependencies} | with_entries(select(.value != null))' \
        "$answer" 2>/dev/null || true)" >&2
    exit 1
  fi
  printf 'ok      %s\n' "$what"
}

expect 'it is alive' 200 GET "$base_url/health"
expect 'vault and tables answer' 200 GET "$base_url/health/ready"
expect 'strangers are refused' 401 GET "$base_url/api/v1/connections"

if [ -n "$token_file" ]; then
  token=$(cat "$token_file")
elif [ -n "$client_id" ]; then
  command -v az >/dev/null || fail 'az is missing.'
  token=$(az account get-access-token --scope "api://$client_id/.default" --query accessToken --output tsv)
fi
if [ -z "$token" ]; then
  printf 'not run connections and tokens: no --client-id and no --token-file\n'
  exit 0
fi

if [ "$only_token" = false ]; then
  expect 'a connection is made' 201 POST "$base_url/api/v1/connections" \
    '{"name": "probe", "connector": "outlook365"}'
  made=$(jq --raw-output .id "$answer")
  link=$(jq --raw-output .connectLink "$answer")
  expect 'it can be read' 200 GET "$base_url/api/v1/connections/$made"
  with_token=$token token=''
  expect 'its connect link opens' 200 GET "$link"
  token=$with_token
  expect 'it is deleted' 200 DELETE "$base_url/api/v1/connections/$made"
  made=''
fi

[ -n "$connection" ] || exit 0
expect 'a token is handed out' 200 GET "$base_url/api/v1/connections/$connection/token"
graph=$(jq --raw-output .graph_base_url "$answer")
token=$(jq --raw-output .access_token "$answer")
expect "Graph answers $graph_path" 200 GET "$graph$graph_path"
