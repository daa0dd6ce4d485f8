#!/usr/bin/env bash
# Puts a package into the function app of a deployment.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: publish.sh --resource-group NAME --app NAME --plan PLAN --package FILE [options]

Puts the package into the function app and lets the platform read its functions anew. Needs az, signed in. On Flex
Consumption the platform takes the package; on Premium and Dedicated it is a blob, which the signed-in principal
writes (parameter publisherPrincipalId) from where the storage account can be reached.

  --resource-group NAME   resource group of the deployment
  --app NAME              function app (output functionAppName)
  --plan PLAN             flex, premium or dedicated (output plan)
  --storage-account NAME  storage account (output storageAccountName); needed on premium and dedicated
  --package FILE          zip file of what `npm run package` wrote into dist/
  --upload-only           writes the blob and leaves the app alone; does nothing on flex
  --help                  shows this
TEXT
}

fail() {
  printf 'publish.sh: %s\n' "$1" >&2
  exit 1
}

resource_group='' app='' plan='' storage_account='' package='' upload_only=false
while [ $# -gt 0 ]; do
  case "$1" in
    --help | -h) usage && exit 0 ;;
    --upload-only)
      upload_only=true
      shift
      ;;
    --resource-group | --app | --plan | --storage-account | --package)
      [ $# -ge 2 ] || fail "$1 takes a value. See --help."
      case "$1" in
        --resource-group) resource_group=$2 ;;
        --app) app=$2 ;;
        --plan) plan=$2 ;;
        --storage-account) storage_account=$2 ;;
        --package) package=$2 ;;
      esac
      shift 2
      ;;
    *) fail "$1 is no option. See --help." ;;
  esac
done
[ -n "$resource_group" ] || fail '--resource-group is missing.'
[ -n "$app" ] || fail '--app is missing.'
[ -f "$package" ] || fail '--package names no file.'
case "$plan" in
  flex) ;;
  premium | dedicated) [ -n "$storage_account" ] || fail '--storage-account is missing.' ;;
  *) fail '--plan takes flex, premium or dedicated.' ;;
esac
command -v az >/dev/null || fail 'az is missing.'

if [ "$plan" = flex ]; then
  [ "$upload_only" = true ] && exit 0
  az functionapp deployment source config-zip --resource-group "$resource_group" --name "$app" --src "$package" \
    --output none
  exit 0
fi

az storage blob upload --auth-mode login --account-name "$storage_account" --container-name packages \
  --name "$(basename "$package")" --file "$package" --overwrite --output none
[ "$upload_only" = true ] && exit 0
az functionapp restart --resource-group "$resource_group" --name "$app" --output none
id=$(az functionapp show --resource-group "$resource_group" --name "$app" --query id --output tsv)
az rest --method POST --url "$id/syncfunctiontriggers?api-version=2024-04-01" --output none
