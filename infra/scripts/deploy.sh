#!/usr/bin/env bash
# Deploys one region, or shows what a deployment would change.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: deploy.sh --region CLOUD.REGION --resource-group NAME --package FILE [options]
       deploy.sh --region CLOUD.REGION --resource-group NAME --what-if

Deploys infra/params/CLOUD.REGION.bicepparam into the resource group, publishes the package and waits until the
broker is ready. Safe to run again. Needs az, signed in to the subscription, and curl.

  --region CLOUD.REGION  a parameter file, such as office365.westeurope
  --resource-group NAME  made in that region where it is missing
  --package FILE         zip file of what `npm run package` wrote into dist/. Its name tells versions apart:
                         broker-1.2.3.zip
  --what-if              shows what would change, and changes nothing
  --help                 shows this

Environment: BROKER_TENANT_ID and BROKER_CLIENT_ID (register.sh prints them); optional BROKER_ALERT_EMAILS,
BROKER_HOST_NAME, BROKER_CERTIFICATE_VAULT_ID, BROKER_CERTIFICATE_NAME, BROKER_PUBLISHER_PRINCIPAL_ID; with --what-if
BROKER_PACKAGE_NAME, the file name of the package that would be published.
TEXT
}

fail() {
  printf 'deploy.sh: %s\n' "$1" >&2
  exit 1
}

region='' resource_group='' package='' what_if=false
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --what-if)
      what_if=true
      shift
      ;;
    --region | --resource-group | --package)
      [ $# -ge 2 ] || fail "$1 takes a value. See --help."
      case "$1" in
        --region) region=$2 ;;
        --resource-group) resource_group=$2 ;;
        --package) package=$2 ;;
      esac
      shift 2
      ;;
    *) fail "$1 is no option. See --help." ;;
  esac
done
scripts=$(cd "$(dirname "$0")" && pwd)
parameters="$scripts/../params/$region.bicepparam"
[ -f "$parameters" ] || fail "--region: there is no $region.bicepparam."
[ -n "$resource_group" ] || fail '--resource-group is missing.'
[ "$what_if" = true ] || [ -f "$package" ] || fail '--package names no file.'
for variable in BROKER_TENANT_ID BROKER_CLIENT_ID; do
  [ -n "${!variable:-}" ] || fail "$variable is not set. register.sh prints it."
done
for tool in az curl; do command -v "$tool" >/dev/null || fail "$tool is missing."; done

case "$region" in
  office365.*) azure_cloud=AzureCloud ;;
  usgov-*) azure_cloud=AzureUSGovernment ;;
  china.*) azure_cloud=AzureChinaCloud ;;
esac
current=$(az cloud show --query name --output tsv)
[ "$current" = "$azure_cloud" ] ||
  fail "az is set to $current. Run: az cloud set --name $azure_cloud && az login"

exists=$(az group exists --name "$resource_group")
if [ "$what_if" = true ]; then
  if [ "$exists" = false ]; then
    printf 'The resource group %s does not exist yet: everything would be new.\n' "$resource_group"
    exit 0
  fi
  # Who only looks need not be allowed to write.
  az deployment group what-if --resource-group "$resource_group" --parameters "$parameters" \
    --validation-level ProviderNoRbac
  exit 0
fi

[ "$exists" = true ] ||
  az group create --name "$resource_group" --location "${region#*.}" --output none

BROKER_PACKAGE_NAME=$(basename "$package")
export BROKER_PACKAGE_NAME
read_output() {
  az deployment group show --resource-group "$resource_group" --name broker \
    --query "properties.outputs.$1.value" --output tsv
}
publish() {
  "$scripts/publish.sh" --resource-group "$resource_group" --app "$(read_output functionAppName)" \
    --plan "$(read_output plan)" --storage-account "$(read_output storageAccountName)" --package "$package" "$@"
}

# The new package has to be there before the setting that names it; the first time there is nowhere to put it yet.
former=$(read_output functionAppName 2>/dev/null || true)
[ -z "$former" ] || publish --upload-only
az deployment group create --resource-group "$resource_group" --name broker --parameters "$parameters" --output none
publish

base_url=$(read_output baseUrl)
printf 'Waiting for %s/health/ready\n' "$base_url"
for _ in $(seq 60); do
  if curl --silent --fail --max-time 10 --output /dev/null "$base_url/health/ready"; then
    printf '%s is ready.\n' "$base_url"
    [ -z "${GITHUB_OUTPUT:-}" ] || printf 'base-url=%s\n' "$base_url" >>"$GITHUB_OUTPUT"
    [ -z "${TF_BUILD:-}" ] || printf '##vso[task.setvariable variable=baseUrl]%s\n' "$base_url"
    exit 0
  fi
  sleep 10
done
fail "$base_url was not ready after ten minutes: $(curl --silent --max-time 10 "$base_url/health/ready" | head -c 500)"
